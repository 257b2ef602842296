package io.shiplog.gateway.metrics;

import io.shiplog.events.metrics.PrometheusText;
import io.shiplog.events.object.ResourceType;
import io.shiplog.gateway.http.Exchange;
import io.shiplog.projections.history.LogHistory.Span;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * {@code /metrics} of one gateway: the duration of its requests, how far its image is behind the log, and the age of each
 * node's Lease. Shards whose log does not answer in time are omitted.
 */
public final class Metrics {
    private static final ResourceType LEASES = new ResourceType("coordination.k8s.io", "leases");
    private static final String NODE_LEASES = "kube-node-lease";
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final RequestDurations durations;

    private final Function<Image, Map<ResourceType, Integer>> unreadable;
    private final Consumer<PrometheusText> parts;

    /**
     * @param durations filled by the API server
     * @param unreadable counts the encrypted objects of an image that cannot be decrypted, by type; may block
     * @param parts writes the metrics of other parts of this process
     */
    public Metrics(
            RequestDurations durations,
            Function<Image, Map<ResourceType, Integer>> unreadable,
            Consumer<PrometheusText> parts) {
        this.durations = durations;
        this.unreadable = unreadable;
        this.parts = parts;
    }

    /** Answers, or returns false if the path is another. */
    public boolean answered(Exchange exchange, String[] parts) {
        if (parts.length != 1 || !parts[0].equals("metrics")) {
            return false;
        }
        // The image first: the lag is then never negative.
        Image image = exchange.ports().images().current();
        Map<String, CompletableFuture<Long>> ends = new TreeMap<>();
        image.revisions().keySet().forEach(shard -> ends.put(shard, end(exchange, shard)));
        CompletableFuture<Map<ResourceType, Integer>> closed = unreadable(image);
        exchange.whenDone(
                CompletableFuture.allOf(ends.values().toArray(CompletableFuture[]::new))
                        .thenCombine(closed, (all, counts) -> counts),
                counts -> exchange.answerText(200, PrometheusText.CONTENT_TYPE, text(exchange, image, ends, counts)));
        return true;
    }

    /** Nothing if the key store does not answer. */
    private CompletableFuture<Map<ResourceType, Integer>> unreadable(Image image) {
        return CompletableFuture.supplyAsync(() -> unreadable.apply(image), Thread::startVirtualThread)
                .completeOnTimeout(Map.of(), PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(failure -> Map.of());
    }

    /** The newest revision in the log, -1 if the log does not answer. */
    private static CompletableFuture<Long> end(Exchange exchange, String shard) {
        return exchange.ports()
                .history()
                .span(shard)
                .thenApply(Span::newest)
                .toCompletableFuture()
                .copy()
                .completeOnTimeout(-1L, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(failure -> -1L);
    }

    private String text(
            Exchange exchange,
            Image image,
            Map<String, CompletableFuture<Long>> ends,
            Map<ResourceType, Integer> unreadable) {
        PrometheusText text = new PrometheusText();
        durations.write(text);
        text.family("shiplog_log_revision", "gauge", "Newest revision of a shard in the log.");
        ends.forEach((shard, end) -> {
            if (end.join() >= 0) {
                text.sample("shiplog_log_revision", Map.of("shard", shard), end.join());
            }
        });
        text.family(
                "shiplog_log_rejected_records",
                "gauge",
                "Records of a shard's topic that this process passed over: forged, out of the hash chain, or unreadable.");
        exchange.ports()
                .history()
                .rejected()
                .forEach((shard, count) -> text.sample("shiplog_log_rejected_records", Map.of("shard", shard), count));
        text.family("shiplog_image_revision", "gauge", "Newest revision of a shard that this gateway's image holds.");
        image.revisions()
                .forEach((shard, revision) -> text.sample("shiplog_image_revision", Map.of("shard", shard), revision));
        text.family("shiplog_image_event_timestamp_seconds", "gauge", "Time of the newest event in the image.");
        image.revisions()
                .keySet()
                .forEach(shard -> text.sample(
                        "shiplog_image_event_timestamp_seconds",
                        Map.of("shard", shard),
                        image.time(shard).toEpochMilli() / 1e3));
        text.family(
                "shiplog_sealed_objects_unreadable",
                "gauge",
                "Encrypted objects that cannot be read because their data keys are missing.");
        unreadable.forEach((type, count) ->
                text.sample("shiplog_sealed_objects_unreadable", Map.of("resource", type.qualified()), count));
        heartbeats(text, image, exchange.ports().clock().instant());
        parts.accept(text);
        text.process(ManagementFactory.getRuntimeMXBean().getStartTime());
        return text.toString();
    }

    private static void heartbeats(PrometheusText text, Image image, Instant now) {
        text.family("shiplog_node_heartbeat_age_seconds", "gauge", "Time since a node's runner renewed its Lease.");
        for (StoredObject lease : image.list(LEASES, NODE_LEASES)) {
            String renewed = lease.json().tree().path("spec").path("renewTime").asText("");
            try {
                Duration age = Duration.between(OffsetDateTime.parse(renewed).toInstant(), now);
                text.sample(
                        "shiplog_node_heartbeat_age_seconds",
                        Map.of("node", lease.key().name()),
                        Math.max(0, age.toMillis()) / 1e3);
            } catch (DateTimeParseException e) {
                continue; // a Lease without a renewal is ignored
            }
        }
    }
}
