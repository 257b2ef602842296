package io.shiplog.command.control;

import io.shiplog.command.control.loop.Controller;
import io.shiplog.command.control.loop.Plan;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Counts the plans of a controller. */
public final class CountingController implements Controller {
    private final Controller counted;
    private final Map<ObjectKey, Integer> plans = new HashMap<>();

    public CountingController(Controller counted) {
        this.counted = counted;
    }

    /** How many plans a key had. */
    public int plans(ObjectKey key) {
        return plans.getOrDefault(key, 0);
    }

    @Override
    public String name() {
        return counted.name();
    }

    @Override
    public Actor actor() {
        return counted.actor();
    }

    @Override
    public boolean actsForItsObject() {
        return counted.actsForItsObject();
    }

    @Override
    public Collection<ObjectKey> keys(Image image) {
        return counted.keys(image);
    }

    @Override
    public void affected(Change change, Image image, Consumer<ObjectKey> replan) {
        counted.affected(change, image, replan);
    }

    @Override
    public Plan plan(Image image, ObjectKey key, Instant now) {
        plans.merge(key, 1, Integer::sum);
        return counted.plan(image, key, now);
    }
}
