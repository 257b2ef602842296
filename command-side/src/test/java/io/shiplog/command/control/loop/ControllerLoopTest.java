package io.shiplog.command.control.loop;

import static io.shiplog.command.control.view.Types.CONFIG_MAPS;
import static io.shiplog.command.control.view.Types.NAMESPACES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.command.control.FakeCluster;
import io.shiplog.command.control.view.Edits;
import io.shiplog.events.command.Command;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ControllerLoopTest {
    private static final ObjectKey SHOP = ObjectKey.clusterScoped(NAMESPACES, "shop");

    private final FakeCluster cluster = new FakeCluster();
    private final List<Instant> planned = new ArrayList<>();

    /** Wants so many ConfigMaps in each namespace. */
    private class Maps implements Controller {
        private int wanted;
        private boolean broken;

        private Maps(int wanted) {
            this.wanted = wanted;
        }

        @Override
        public String name() {
            return "maps";
        }

        @Override
        public Collection<ObjectKey> keys(Image image) {
            return image.list(NAMESPACES).stream().map(StoredObject::key).toList();
        }

        @Override
        public void affected(Change change, Image image, Consumer<ObjectKey> replan) {
            ObjectKey key = change.after().key();
            replan.accept(key.type().equals(NAMESPACES) ? key : ObjectKey.clusterScoped(NAMESPACES, key.namespace()));
        }

        @Override
        public Plan plan(Image image, ObjectKey key, Instant now) {
            planned.add(now);
            if (broken) {
                throw new IllegalStateException("a bug");
            }
            int there = image.list(CONFIG_MAPS, key.name()).size();
            List<Step> steps = new ArrayList<>();
            for (int i = there; i < wanted; i++) {
                steps.add(Step.of(create(key.name(), "map-" + i)));
            }
            return new Plan(steps, steps.isEmpty() ? Duration.ofMinutes(5) : null);
        }
    }

    private static Command create(String namespace, String name) {
        return Edits.create(
                CONFIG_MAPS,
                namespace,
                Json.of("{\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"%s\",\"namespace\":\"%s\"}}"
                                .formatted(name, namespace))
                        .tree());
    }

    private ControllerLoop run(Maps maps) {
        cluster.given(NAMESPACES, "{\"kind\":\"Namespace\",\"metadata\":{\"name\":\"shop\"}}");
        cluster.deliverAll();
        return cluster.run(maps);
    }

    private void allButEvents() {
        while (cluster.advance() | cluster.answer()) {
            // until only events are left
        }
    }

    @Test
    void aKeyIsNotPlannedAgainBeforeTheImageShowsWhatItAchieved() {
        ControllerLoop loop = run(new Maps(3));
        cluster.change(SHOP, "", "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}");
        cluster.deliver("events");
        allButEvents();
        assertEquals(3, cluster.sent().size());
        assertEquals(1, planned.size());
        loop.observe(new io.shiplog.projections.image.ImageDelta("events", List.of()));
        cluster.deliver("events");
        cluster.deliver("events");
        allButEvents();
        assertEquals(1, planned.size());
        cluster.settle();
        assertEquals(2, planned.size());
        assertEquals(3, cluster.sent().size());
    }

    @Test
    void aRestartedLoopWaitsForItsEarlierCommands() {
        ControllerLoop loop = run(new Maps(3));
        cluster.advance();
        loop.restart();
        assertFalse(cluster.advance());
        allButEvents();
        assertEquals(1, planned.size());
        cluster.settle();
        assertEquals(3, cluster.sent().size());
        assertEquals(3, cluster.trees(CONFIG_MAPS).size());
    }

    @Test
    void commandsGoOutInGrowingWaves() {
        run(new Maps(100));
        List<Integer> waves = new ArrayList<>();
        cluster.advance();
        while (waves.isEmpty() || cluster.sent().size() > waves.getLast()) {
            waves.add(cluster.sent().size());
            while (cluster.answer()) {
                // the whole wave
            }
        }
        assertEquals(8, waves.getFirst());
        cluster.settle();
        assertEquals(100, cluster.trees(CONFIG_MAPS).size());
    }

    @Test
    void aRefusalEndsThePlanAndBacksOffLongerAndLonger() {
        run(new Maps(100));
        cluster.refuse(request -> Refusal.of(Reason.FORBIDDEN, "no"));
        cluster.settle();
        assertEquals(ControllerLoop.FIRST_WAVE, cluster.sent().size());
        cluster.pass(Duration.ofMinutes(10));
        int tries = planned.size();
        assertTrue(tries > 13 && tries < 30, "10 ms doubling to 60 s in 10 minutes, but " + tries + " tries");
        cluster.change(SHOP, "", "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}");
        cluster.settle();
        assertEquals(tries, planned.size(), "a change does not hurry a key that backs off");
        cluster.refuse(request -> null);
        cluster.pass(Duration.ofMinutes(1));
        assertEquals(100, cluster.trees(CONFIG_MAPS).size());
    }

    @Test
    void aConflictIsPlannedAgainAtOnceAFewTimes() {
        run(new Maps(1));
        cluster.refuse(request -> Refusal.of(Reason.CONFLICT, "no"));
        cluster.pass(Duration.ofSeconds(1));
        int tries = planned.size();
        assertTrue(tries > ControllerLoop.MAX_EAGER_CONFLICTS && tries < 20, tries + " tries in a second");
        cluster.refuse(request -> null);
        cluster.pass(Duration.ofMinutes(1));
        assertEquals(1, cluster.trees(CONFIG_MAPS).size());
    }

    @Test
    void aBugInAPlanIsNotTheEnd() {
        Maps maps = new Maps(1);
        maps.broken = true;
        run(maps);
        cluster.pass(Duration.ofSeconds(1));
        assertEquals(0, cluster.sent().size());
        maps.broken = false;
        cluster.pass(Duration.ofMinutes(1));
        assertEquals(1, cluster.trees(CONFIG_MAPS).size());
    }

    /** Given a change that a controller cannot read / when others follow in the same delta / then theirs are planned, and later all keys. */
    @Test
    void aChangeThatCannotBeReadDoesNotStopTheOthers() {
        run(new Maps(2) {
            @Override
            public void affected(Change change, Image image, Consumer<ObjectKey> replan) {
                if (change.after().key().name().equals("poison")) {
                    throw new IllegalStateException("a bug");
                }
                super.affected(change, image, replan);
            }
        });
        cluster.settle();
        int before = planned.size();
        cluster.given(CONFIG_MAPS, "{\"metadata\":{\"name\":\"poison\",\"namespace\":\"shop\"}}");
        cluster.change(SHOP, "", "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}");
        cluster.settle();
        assertEquals(before + 1, planned.size(), "the change of the namespace is planned");

        cluster.pass(Duration.ofSeconds(2));
        assertEquals(before + 2, planned.size(), "what was missed is made up for");
        cluster.pass(Duration.ofMinutes(4));
        assertEquals(before + 2, planned.size(), "once");
    }

    /** Given a command that cannot be sent / when tried again / then it is. */
    @Test
    void aCommandThatCannotBeSentIsTriedAgain() {
        cluster.refuse(request -> {
            throw new IllegalStateException("a bug");
        });
        run(new Maps(1));
        cluster.pass(Duration.ofSeconds(1));
        assertEquals(0, cluster.trees(CONFIG_MAPS).size());

        cluster.refuse(request -> null);
        cluster.pass(Duration.ofMinutes(1));
        assertEquals(1, cluster.trees(CONFIG_MAPS).size());
    }

    @Test
    void appointmentsAreKept() {
        run(new Maps(0));
        cluster.pass(Duration.ofMinutes(16));
        assertEquals(4, planned.size());
    }

    @Test
    void aStoppedLoopDoesNothing() {
        ControllerLoop loop = run(new Maps(3));
        loop.stop();
        cluster.change(SHOP, "", "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}");
        cluster.pass(Duration.ofHours(1));
        assertEquals(0, planned.size());
        assertTrue(loop.idle());
    }
}
