export const wgsl = `
  const WORKGROUP = 64u;

  struct Params {
    count: u32,  // elements of x and of y
  }

  @group(0) @binding(0) var<uniform> params: Params;
  @group(0) @binding(1) var<storage, read> x: array<f32>;
  @group(0) @binding(2) var<storage, read_write> y: array<f32>;

  @compute @workgroup_size(WORKGROUP)
  fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
  ) {
    let i = (group.y * groups.x + group.x) * WORKGROUP + lane;
    if (i >= params.count) {
      return;
    }
    y[i] = x[params.count - 1u - i];
  }`;
