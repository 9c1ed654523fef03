// A large map that moves is not drawn at each frame: its last picture slides and grows, and is drawn anew once it rests.
import Sigma from "sigma";

const REST_FRAMES = 8;
const LARGE_POINTS = 300;
const LARGE_LINKS = 800;

export class View extends Sigma {
  /** Sigma would write its hint of gestures in a style sheet of its own, which the security policy of the site refuses: ours is under the map. */
  _showGestureHint() {}

  /** `links`: how many there are to draw. */
  glideOver(links) {
    this.glides = this.getGraph().order > LARGE_POINTS || links > LARGE_LINKS;
    this.on("afterRender", () => {
      this.pictured = this.getCamera().getState();
      this.slide("");
    });
    return this;
  }

  /** Called by sigma when the camera moved, or a point changed. */
  scheduleRender() {
    const now = this.getCamera().getState();
    const last = this.pictured;
    const moved = last && (now.x !== last.x || now.y !== last.y || now.ratio !== last.ratio);
    if (!this.glides || !moved) return super.scheduleRender();
    const corner = this.framedGraphToViewport(this.viewportToFramedGraph({ x: 0, y: 0 }, { cameraState: last }), { cameraState: now });
    this.slide(`translate(${corner.x}px, ${corner.y}px) scale(${last.ratio / now.ratio})`);
    this.calm = 0;
    this.resting ??= requestAnimationFrame(() => this.rest());
    return this;
  }

  /** Counts frames, not time: on a slow machine a frame lasts longer than a rest. */
  rest() {
    this.calm += 1;
    this.resting = this.calm < REST_FRAMES ? requestAnimationFrame(() => this.rest()) : null;
    if (this.resting === null) super.scheduleRender();
  }

  slide(transform) {
    for (const canvas of this.getContainer().querySelectorAll("canvas")) canvas.style.transform = transform;
  }
}
