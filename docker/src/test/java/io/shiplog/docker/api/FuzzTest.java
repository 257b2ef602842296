package io.shiplog.docker.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.command.kind.builtin.BuiltInKinds;
import io.shiplog.docker.api.RandomRequests.Request;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import io.shiplog.projections.live.LiveImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random requests, as an admin, to a whole cluster. Each is answered in time and never with a 5xx or a stack trace; the log of the process holds
 * no stack trace either; afterwards the cluster still works, and a replay of the events gives the state that is served.
 *
 * <p>{@code -Dfuzz.requests} is how many (5,000 by default), {@code -Dfuzz.seed} is where they come from: the
 * same in every build, unless it is given.
 */
class FuzzTest {
    private static final int REQUESTS = Integer.getInteger("fuzz.requests", 5_000);
    private static final long SEED = Long.getLong("fuzz.seed", 1);
    private static final Duration IN_TIME = Duration.ofSeconds(20);
    /** A line of a stack trace, or the name of an exception of Java. */
    private static final List<String> TRACES =
            List.of("\tat ", "java.lang.", "java.util.", "com.fasterxml", "io.shiplog.");

    /** What kube-apiserver, too, answers with 500: an applied field that its schema does not have, a watch from no number. */
    private static final List<String> SERVER_ERRORS =
            List.of("failed to create typed patch object", "strconv.ParseUint: parsing");

    /** An answer, without the body if it streams. */
    private record Answer(int code, String head, String body) {}

    @Test
    @Timeout(value = 3, unit = TimeUnit.HOURS)
    void everyRequestIsAnsweredAndTheStateIsThatOfTheLog(@TempDir Path folder) throws IOException {
        PrintStream before = System.err;
        ByteArrayOutputStream logged = new ByteArrayOutputStream();
        System.setErr(new PrintStream(logged, true, StandardCharsets.UTF_8));
        try (ClusterInMemory cluster = new ClusterInMemory(folder)) {
            cluster.create("/api/v1/namespaces", "{'metadata':{'name':'%s'}}".formatted(RandomRequests.NAMESPACE));
            SSLSocketFactory sockets = cluster.clientTls().getSocketFactory();
            RandomRequests requests = new RandomRequests(new Random(SEED), BuiltInKinds.catalogue());
            TreeMap<Integer, Integer> codes = new TreeMap<>();
            for (int i = 0; i < REQUESTS; i++) {
                Request request = requests.next();
                Answer answer = answer(sockets, cluster, request, i);
                check(request, answer, i);
                codes.merge(answer.code(), 1, Integer::sum);
            }
            // A fuzzer of which everything is refused finds nothing.
            assertTrue(codes.getOrDefault(200, 0) + codes.getOrDefault(201, 0) > REQUESTS / 10, codes::toString);
            cluster.create("/api/v1/namespaces/default/configmaps", "{'metadata':{'name':'after-all'}}");
            awaitAllPlaces(cluster);
            checkReplay(cluster);
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\nThe log:\n" + logged.toString(StandardCharsets.UTF_8), e);
        } finally {
            System.setErr(before);
        }
        String log = logged.toString(StandardCharsets.UTF_8);
        assertTrue(!log.contains("\tat "), () -> at(0) + log);
    }

    /** No request keeps its place. */
    private static void awaitAllPlaces(ClusterInMemory cluster) {
        long end = System.nanoTime() + IN_TIME.toNanos();
        while (cluster.underWay() > 0) {
            assertTrue(System.nanoTime() < end, () -> at(REQUESTS) + cluster.underWay() + " requests under way");
            Thread.onSpinWait();
        }
    }

    private static Answer answer(SSLSocketFactory sockets, ClusterInMemory cluster, Request request, int i) {
        try (SSLSocket socket = (SSLSocket) sockets.createSocket("127.0.0.1", cluster.port())) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) IN_TIME.toMillis());
            socket.getOutputStream().write(request.bytes(cluster.pki().adminToken()));
            socket.getOutputStream().flush();
            return read(socket.getInputStream(), request.streams());
        } catch (IOException e) {
            return fail(at(i) + "not answered: " + request, e);
        }
    }

    private static Answer read(InputStream in, boolean onlyHead) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int end = 0;
        while (end < 4) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("closed after " + head);
            }
            head.write(next);
            end = next == (end % 2 == 0 ? '\r' : '\n') ? end + 1 : next == '\r' ? 1 : 0;
        }
        String text = head.toString(StandardCharsets.ISO_8859_1);
        int code = Integer.parseInt(text.substring(9, 12));
        return new Answer(
                code, text, onlyHead && code == 200 ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }

    private static void check(Request request, Answer answer, int i) {
        assertTrue(
                answer.code() < 500 || SERVER_ERRORS.stream().anyMatch(answer.body()::contains),
                () -> at(i) + request + "\n" + answer);
        // What a client sent may stand in a message; a word of ours that it did not send may not.
        for (String trace : TRACES) {
            assertTrue(!answer.body().contains(trace) || answer.code() < 400, () -> at(i) + request + "\n" + answer);
        }
        if (answer.code() >= 400 && answer.body().startsWith("{")) {
            JsonNode status = Json.of(answer.body()).tree();
            assertEquals("Status", status.path("kind").asText(), () -> at(i) + request + "\n" + answer);
            assertEquals(answer.code(), status.path("code").asInt(), () -> at(i) + request + "\n" + answer);
            assertTrue(!status.path("message").asText().isEmpty(), () -> at(i) + request + "\n" + answer);
        }
    }

    /** A new image of the same log holds the same objects. */
    private static void checkReplay(ClusterInMemory cluster) {
        try (LiveImage replayed = cluster.replayed()) {
            Image now = cluster.image();
            Image again = replayed.at(now.revision(Image.MAIN_SHARD))
                    .toCompletableFuture()
                    .join();
            for (KindDescription kind : BuiltInKinds.catalogue().all()) {
                if (kind.shard().equals(Image.MAIN_SHARD)) {
                    ResourceType type = kind.storedAs();
                    assertEquals(contents(now, type), contents(again, type), () -> at(REQUESTS) + type);
                }
            }
        }
    }

    private static TreeMap<String, JsonNode> contents(Image image, ResourceType type) {
        return image.list(type).stream()
                .sorted(Comparator.comparing(StoredObject::key))
                .collect(Collectors.toMap(
                        each -> each.key().toString(), each -> each.json().tree(), (a, b) -> a, TreeMap::new));
    }

    private static String at(int request) {
        return "seed %d, request %d: ".formatted(SEED, request);
    }
}
