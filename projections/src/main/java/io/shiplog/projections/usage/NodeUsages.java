package io.shiplog.projections.usage;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.ImageSource;
import io.shiplog.projections.image.StoredObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks all nodes of an image, when asked itself, and not more often than they measure. */
public final class NodeUsages implements UsageSource {
    /** How long a reading is handed out: the nodes' own measurements are as old. */
    static final Duration FRESH = Duration.ofSeconds(5);

    /** For one node's answer, as metrics-server's {@code --kubelet-request-timeout}. */
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private static final int AT_ONCE = 64;
    private static final String PATH = "/stats/summary?only_cpu_and_memory=true";
    private static final ResourceType NODES = ResourceType.core("nodes");
    private static final ResourceType PODS = ResourceType.core("pods");
    private static final Logger LOG = LoggerFactory.getLogger(NodeUsages.class);

    private final ImageSource images;
    private final Question question;
    private final Semaphore places = new Semaphore(AT_ONCE);
    private volatile Usages current = Usages.NONE;
    private @Nullable CompletableFuture<Usages> asking;
    private long askedNanos;

    /** Asks one node. */
    @FunctionalInterface
    interface Question {
        /** @throws IOException if it does not answer */
        byte[] ask(InetSocketAddress address, String node) throws IOException;
    }

    NodeUsages(ImageSource images, Question question) {
        this.images = images;
        this.question = question;
    }

    /** @param tls trusts the nodes' authority, and has a certificate that they accept */
    public static NodeUsages asking(ImageSource images, SSLContext tls) {
        return new NodeUsages(images, (address, node) -> NodeQuestion.ask(tls, address, node, PATH, DEADLINE));
    }

    @Override
    public Usages current() {
        return current;
    }

    @Override
    public synchronized CompletionStage<Usages> newest() {
        CompletableFuture<Usages> last = asking;
        if (last != null && (!last.isDone() || System.nanoTime() - askedNanos < FRESH.toNanos())) {
            return last;
        }
        askedNanos = System.nanoTime();
        CompletableFuture<Usages> next = ask(images.current());
        asking = next;
        return next;
    }

    private CompletableFuture<Usages> ask(Image image) {
        List<CompletableFuture<NodeAnswer>> answers = new ArrayList<>();
        for (StoredObject node : image.list(NODES)) {
            CompletableFuture<NodeAnswer> answer = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> answer.complete(answer(node)));
            answers.add(answer);
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenApply(all -> {
                    Usages read =
                            whole(answers.stream().map(CompletableFuture::join).toList());
                    current = read;
                    return read;
                });
    }

    private static Usages whole(List<NodeAnswer> answers) {
        List<Usages.OfNode> nodes = new ArrayList<>();
        List<Usages.OfPod> pods = new ArrayList<>();
        for (NodeAnswer each : answers) {
            if (each.node() != null) {
                nodes.add(each.node());
            }
            pods.addAll(each.pods());
        }
        return Usages.of(nodes, pods);
    }

    /** Nothing if it does not answer. */
    private NodeAnswer answer(StoredObject node) {
        String name = node.key().name();
        InetSocketAddress address = address(node.json().tree());
        if (address == null) {
            return new NodeAnswer(null, List.of());
        }
        places.acquireUninterruptibly();
        try {
            return ofItsOwn(
                    name,
                    NodeAnswer.read(
                            name, Json.ofUtf8(question.ask(address, name)).tree()));
        } catch (IOException | RuntimeException e) {
            LOG.debug("node {} does not say what it uses: {}", name, e.toString());
            return new NodeAnswer(null, List.of());
        } finally {
            places.release();
        }
    }

    /** A node speaks for the pods that are bound to it. */
    private NodeAnswer ofItsOwn(String node, NodeAnswer answer) {
        Image image = images.current();
        return new NodeAnswer(
                answer.node(),
                answer.pods().stream()
                        .filter(pod -> {
                            StoredObject stored = image.get(ObjectKey.of(PODS, pod.namespace(), pod.name()));
                            return stored != null
                                    && node.equals(stored.node())
                                    && stored.uid().equals(pod.uid());
                        })
                        .toList());
    }

    private static @Nullable InetSocketAddress address(JsonNode node) {
        JsonNode status = node.path("status");
        int port = status.path("daemonEndpoints")
                .path("kubeletEndpoint")
                .path("Port")
                .asInt(0);
        for (JsonNode each : status.path("addresses")) {
            if (port > 0 && port < 1 << 16 && each.path("type").asText().equals("InternalIP")) {
                try {
                    return new InetSocketAddress(
                            java.net.InetAddress.ofLiteral(each.path("address").asText()), port);
                } catch (IllegalArgumentException e) {
                    return null;
                }
            }
        }
        return null;
    }
}
