package io.shiplog.command.control.loop;

import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.Change;
import io.shiplog.projections.Image;
import java.time.Instant;
import java.util.Collection;
import java.util.function.Consumer;

/**
 * A process manager: a function from an image to the commands that bring the cluster nearer to what one object asks for. It is
 * level-triggered: {@link #plan} looks at what is, never at what happened, so that it is right from scratch at any moment.
 *
 * <p>All methods are called by one thread. A key need not name a stored object: a controller with one job for the whole
 * cluster has one key.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/architecture/controller/">Controllers</a>
 */
public interface Controller {
    /** In lower case with hyphens, as Kubernetes calls it. */
    String name();

    /** In whose name commands are sent. */
    default Actor actor() {
        return Actor.controller(name());
    }

    /** All keys that there are to plan for, from scratch. */
    Collection<ObjectKey> keys(Image image);

    /**
     * Names the keys whose plan may differ after a change: the object itself, its owner, whoever selects it. Naming too many
     * costs time, naming too few is a bug.
     *
     * @param image the newest; the change is in it, later ones may be too
     */
    void affected(Change change, Image image, Consumer<ObjectKey> replan);

    /**
     * Whether all steps follow from what is wanted of the planned object, as a rollout does from the Deployment's template: then
     * they name its newest wanted change as their cause. Else they name the change that called for the plan. What is made in the
     * place of something that went names that in both cases.
     */
    default boolean actsForItsObject() {
        return false;
    }

    /** What is to be done for a key. Pure; must give {@link Plan#NOTHING} for a key whose object is gone and leaves no duty. */
    Plan plan(Image image, ObjectKey key, Instant now);
}
