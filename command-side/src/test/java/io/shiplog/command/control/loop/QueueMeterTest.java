package io.shiplog.command.control.loop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.command.control.FakeCluster;
import io.shiplog.command.control.view.Types;
import io.shiplog.events.metrics.PrometheusText;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.Change;
import io.shiplog.projections.image.Image;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What a queue's metrics say. */
class QueueMeterTest {
    private static final Controller LOOKING = new Controller() {
        @Override
        public String name() {
            return "looking";
        }

        @Override
        public Collection<ObjectKey> keys(Image image) {
            return List.of();
        }

        @Override
        public void affected(Change change, Image image, Consumer<ObjectKey> replan) {
            replan.accept(change.after().key());
            replan.accept(change.after().key());
        }

        @Override
        public Plan plan(Image image, ObjectKey key, Instant now) {
            if (key.name().equals("broken")) {
                throw new IllegalStateException("a bug");
            }
            return Plan.NOTHING;
        }
    };

    private final FakeCluster cluster = new FakeCluster();

    private void given(String name) {
        cluster.given(
                Types.PODS,
                "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"%s\",\"namespace\":\"shop\"}}"
                        .formatted(name));
    }

    private static void has(ControllerLoop loop, String line) {
        PrometheusText text = new PrometheusText();
        QueueMeter.write(text, List.of(loop.meter()));
        assertTrue(text.toString().contains(line + "\n"), text::toString);
    }

    @Test
    void aKeyIsCountedOnceHoweverOftenItIsCalled() {
        ControllerLoop loop = cluster.run(LOOKING);
        given("a");
        given("b");
        cluster.deliverAll();
        has(loop, "workqueue_adds_total{name=\"looking\"} 2");
        has(loop, "workqueue_depth{name=\"looking\"} 2");

        cluster.settle();

        has(loop, "workqueue_depth{name=\"looking\"} 0");
        has(loop, "workqueue_queue_duration_seconds_count{name=\"looking\"} 2");
        has(loop, "workqueue_work_duration_seconds_count{name=\"looking\"} 2");
        has(loop, "workqueue_retries_total{name=\"looking\"} 0");
    }

    @Test
    void aPlanThatFailsIsARetry() {
        ControllerLoop loop = cluster.run(LOOKING);
        given("broken");
        cluster.settle();

        has(loop, "workqueue_retries_total{name=\"looking\"} 1");
    }
}
