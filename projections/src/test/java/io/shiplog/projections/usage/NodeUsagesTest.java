package io.shiplog.projections.usage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.events.json.Json;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventHead;
import io.shiplog.events.log.EventType;
import io.shiplog.events.log.Origin;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.ImageEvolution;
import io.shiplog.projections.image.ImageSource;
import io.shiplog.projections.image.TestKinds;
import io.shiplog.projections.usage.Usages.Amounts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Nodes that answer, that do not, and that lie. */
class NodeUsagesTest {
    private static final ResourceType NODES = ResourceType.core("nodes");
    private static final ResourceType PODS = ResourceType.core("pods");

    private final Images images = new Images();
    private final AtomicInteger asked = new AtomicInteger();

    private void node(String name, String address) {
        images.put(ObjectKey.clusterScoped(NODES, name), """
                {"metadata":{"name":"%s","uid":"n"},"status":{"addresses":[{"type":"InternalIP","address":"%s"}],
                "daemonEndpoints":{"kubeletEndpoint":{"Port":10250}}}}""".formatted(name, address));
    }

    private void pod(String name, String node) {
        images.put(ObjectKey.of(PODS, "shop", name), """
                {"metadata":{"name":"%s","namespace":"shop","uid":"u-%s"},"spec":{"nodeName":"%s"}}""".formatted(name, name, node));
    }

    private static String usage(String name, long cores) {
        return "{\"name\":\"%s\",\"cpu\":{\"time\":\"2026-11-28T12:00:00Z\",\"usageNanoCores\":%d},\"memory\":{\"workingSetBytes\":1024}}"
                .formatted(name, cores);
    }

    private static String pod(String name, String uid, String containers) {
        return "{\"podRef\":{\"namespace\":\"shop\",\"name\":\"%s\",\"uid\":\"%s\"},\"containers\":[%s]}"
                .formatted(name, uid, containers);
    }

    private static byte[] summary(long cores, String pods) {
        return "{\"node\":{\"cpu\":{\"time\":\"2026-11-28T12:00:00Z\",\"usageNanoCores\":%d},\"memory\":{\"workingSetBytes\":2048}},\"pods\":[%s]}"
                .formatted(cores, pods)
                .getBytes(StandardCharsets.UTF_8);
    }

    private Usages read(NodeUsages.Question question) {
        return new NodeUsages(images, (address, node) -> {
                    asked.incrementAndGet();
                    return question.ask(address, node);
                })
                .newest()
                .toCompletableFuture()
                .join();
    }

    @Test
    void everyNodeIsAskedAndItsPodsAreRead() {
        node("n1", "10.0.0.1");
        pod("web", "n1");

        Usages read = read((address, node) -> summary(7, pod("web", "u-web", usage("a", 5) + "," + usage("b", 6))));

        assertEquals(
                new Amounts(7, 2048),
                Objects.requireNonNull(read.nodes().get("n1")).amounts());
        Usages.OfPod web = Objects.requireNonNull(read.pod("shop", "web"));
        assertEquals(new Amounts(5, 1024), web.containers().get("a"));
        assertEquals(2, web.containers().size());
    }

    @Test
    void aSilentNodeIsLeftOutAndHoldsNoOtherUp() {
        node("n1", "10.0.0.1");
        node("gone", "10.0.0.2");
        node("broken", "10.0.0.3");
        node("nowhere", "not an address");

        Usages read = read((address, node) -> {
            if (node.equals("gone")) {
                throw new IOException("no route to host");
            }
            return node.equals("broken") ? "[nonsense".getBytes(StandardCharsets.UTF_8) : summary(7, "");
        });

        assertEquals(java.util.Set.of("n1"), read.nodes().keySet());
        assertEquals(3, asked.get());
    }

    /** A node that was taken over would else decide how much of others' Deployments there is. */
    @Test
    void aNodeSpeaksForItsOwnPodsOnly() {
        node("n1", "10.0.0.1");
        pod("web", "n2");
        pod("old", "n1");

        Usages read = read((address, node) ->
                summary(7, pod("web", "u-web", usage("a", 5)) + "," + pod("old", "another", usage("a", 5))));

        assertTrue(read.pods().isEmpty(), read::toString);
    }

    @Test
    void aPodOfWhichOneContainerHasNoRateIsNotThere() {
        node("n1", "10.0.0.1");
        pod("web", "n1");

        Usages read = read((address, node) -> summary(
                7, pod("web", "u-web", usage("a", 5) + ",{\"name\":\"b\",\"memory\":{\"workingSetBytes\":1}}")));

        assertNull(read.pod("shop", "web"));
    }

    @Test
    void whoAsksSoonAgainGetsTheSame() {
        node("n1", "10.0.0.1");
        NodeUsages usages = new NodeUsages(images, (address, node) -> {
            asked.incrementAndGet();
            return summary(7, "");
        });

        Usages first = usages.newest().toCompletableFuture().join();

        assertSame(first, usages.newest().toCompletableFuture().join());
        assertSame(first, usages.current());
        assertEquals(1, asked.get());
    }

    /** An image that a test fills. */
    private static final class Images implements ImageSource {
        private final ImageEvolution evolution = new ImageEvolution(TestKinds.CATALOGUE);
        private Image image = evolution.first();

        void put(ObjectKey key, String json) {
            long revision = image.revision("events") + 1;
            String node = Json.of(json).tree().path("spec").path("nodeName").asText("");
            Event event = new Event(
                    "events",
                    1,
                    new EventHead(
                            revision,
                            null,
                            key,
                            EventType.of("", "thing", "created"),
                            "",
                            node.isEmpty() ? null : node,
                            Instant.EPOCH,
                            new Origin("tester", null, "create", "c" + revision, null, "c" + revision)),
                    Json.of(json),
                    "");
            image = evolution.evolve(image, "events", List.of(event)).image();
        }

        @Override
        public Image current() {
            return image;
        }

        @Override
        public CompletionStage<Image> newest(String shard) {
            return CompletableFuture.completedFuture(current());
        }

        @Override
        public CompletionStage<Image> atLeast(String shard, long revision) {
            return newest(shard);
        }

        @Override
        public Subscription subscribe(ImageListener listener) {
            throw new UnsupportedOperationException("no changes are followed here");
        }
    }
}
