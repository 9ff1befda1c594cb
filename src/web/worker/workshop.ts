/** What the view "Kernel workshop" asks for. */
export const workshopHandlers = {};
