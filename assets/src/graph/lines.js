// The links, as plain lines: one buffer for all, sent once. What sigma draws link by link costs too much without a graphics card.

const VERTEX = `#version 300 es
in vec3 a_end;
uniform mat3 u_matrix;
uniform vec2 u_aside;
out float v_along;
void main() {
  v_along = a_end.z;
  gl_Position = vec4((u_matrix * vec3(a_end.xy, 1)).xy + u_aside, 0, 1);
}`;
const FRAGMENT = `#version 300 es
precision mediump float;
in float v_along;
uniform vec4 u_colour;
out vec4 colour;
void main() {
  if (mod(v_along, 10.0) > 5.0) discard;
  colour = u_colour;
}`;

/** `links`: for each, the two ends and how many dots of the sheet it is long when it is dashed (sought), else 0. Gives {factory, light}: a layer of sigma, and what lights some links. */
export function lines(links, shown) {
  let lit = null; // the places of the links that stand out; null: all alike
  let changed = false;
  const factory = (gl) => {
    const program = build(gl);
    const at = (name) => gl.getUniformLocation(program, name);
    const spots = { matrix: at("u_matrix"), aside: at("u_aside"), colour: at("u_colour") };
    const all = buffer(gl, program, ends(links));
    let some = null;
    const paint = (what, alpha, { width, height, thick }) => {
      const [red, green, blue] = shown.colour();
      gl.uniform4f(spots.colour, red * alpha, green * alpha, blue * alpha, alpha);
      gl.bindVertexArray(what.array);
      // A line is one dot of the screen wide: where dots are small, or the map is near, three make one.
      for (const [x, y] of thick ? [[0, 0], [1, 0], [0, 1]] : [[0, 0]]) {
        gl.uniform2f(spots.aside, (2 * x) / width, (2 * y) / height);
        gl.drawArrays(gl.LINES, 0, what.count);
      }
    };
    return {
      render({ matrix, zoomRatio }) {
        if (changed) {
          drop(gl, some);
          some = lit && buffer(gl, program, ends(lit.map((place) => links[place])));
          changed = false;
        }
        const { drawingBufferWidth: width, drawingBufferHeight: height } = gl;
        const thick = (shown.widthPx / zoomRatio) * (devicePixelRatio || 1) > 1.4;
        gl.useProgram(program);
        gl.uniformMatrix3fv(spots.matrix, false, matrix);
        paint(all, some ? shown.alpha / 5 : shown.alpha, { width, height, thick });
        if (some) paint(some, 0.9, { width, height, thick });
        gl.bindVertexArray(null);
      },
      kill() {
        drop(gl, all);
        drop(gl, some);
        gl.deleteProgram(program);
      },
    };
  };
  return { factory, light: (places) => { lit = places; changed = true; } };
}

function ends(links) {
  const found = new Float32Array(links.length * 6);
  links.forEach(([one, other, length], at) => {
    found.set([one.x, one.y, 0, other.x, other.y, length], at * 6);
  });
  return found;
}

function buffer(gl, program, content) {
  const array = gl.createVertexArray();
  const held = gl.createBuffer();
  gl.bindVertexArray(array);
  gl.bindBuffer(gl.ARRAY_BUFFER, held);
  gl.bufferData(gl.ARRAY_BUFFER, content, gl.STATIC_DRAW);
  const spot = gl.getAttribLocation(program, "a_end");
  gl.enableVertexAttribArray(spot);
  gl.vertexAttribPointer(spot, 3, gl.FLOAT, false, 0, 0);
  gl.bindVertexArray(null);
  return { array, held, count: content.length / 3 };
}

function drop(gl, what) {
  if (!what) return;
  gl.deleteVertexArray(what.array);
  gl.deleteBuffer(what.held);
}

function build(gl) {
  const program = gl.createProgram();
  for (const [kind, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program));
  return program;
}
