/** What the view "Look inside" asks for. */
export const insideHandlers = {};
