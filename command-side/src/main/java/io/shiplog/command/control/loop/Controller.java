package io.shiplog.command.control.loop;

import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import java.time.Instant;
import java.util.Collection;
import java.util.function.Consumer;

/**
 * A process manager: a function from an image to the commands that bring the cluster closer to an object's desired state. It is
 * level-triggered: {@link #plan} looks at the state, never at changes, so that it can start from scratch at any moment.
 *
 * <p>All methods are called by one thread. A key need not name a stored object: a controller with one job for the whole cluster
 * has one key.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/architecture/controller/">Controllers</a>
 */
public interface Controller {
    /** In lower case with hyphens, as in Kubernetes. */
    String name();

    /** The user of its commands. */
    default Actor actor() {
        return Actor.controller(name());
    }

    /** All keys to plan, from scratch. */
    Collection<ObjectKey> keys(Image image);

    /**
     * Names the keys whose plan may differ after a change: the object itself, its owner, objects that select it. Naming too
     * many costs time, naming too few is a bug.
     *
     * @param image the newest; it contains the change, and possibly later ones
     */
    void affected(Change change, Image image, Consumer<ObjectKey> replan);

    /**
     * Whether all steps follow from the planned object's desired state, as a rollout does from the Deployment's template: then
     * they name its newest change as their cause. Otherwise they name the change that caused the plan. A replacement of a
     * deleted object names the deletion in both cases.
     */
    default boolean actsForItsObject() {
        return false;
    }

    /** The plan for a key. Pure; must return {@link Plan#NOTHING} for a key whose object is gone and has nothing left to do. */
    Plan plan(Image image, ObjectKey key, Instant now);
}
