package io.shiplog.docker.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class BenchTest {
    private final FakeApi api = new FakeApi();

    @BeforeEach
    void start() throws IOException {
        api.start();
    }

    @AfterEach
    void stop() {
        api.stop();
    }

    @Test
    void every_operation_gets_its_rows_without_errors() {
        String out = run(0, "-n", "40", "-c", "4", "--warmup", "10", "--watchers", "3", "--changes", "20");

        for (String row : List.of(
                "create",
                "get",
                "update",
                "patch",
                "list all",
                "list 1 %",
                "page of 500",
                "watch",
                "watch paced",
                "delete")) {
            assertTrue(
                    out.lines().anyMatch(line -> line.startsWith(row + " ") && line.endsWith(" 0")),
                    row + " in\n" + out);
        }
        assertTrue(api.objects.isEmpty());
        assertEquals(40 + 10, api.created.size());
        api.created.forEach(body -> assertTrue(body.length() > 1_900 && body.length() < 2_200, "" + body.length()));
    }

    @Test
    void pods_are_made_that_no_scheduler_takes() {
        run(0, "--kind", "pods", "-n", "5", "-c", "2", "--warmup", "0", "--ops", "create,update");

        assertTrue(api.created.getFirst().contains("\"schedulerName\":\"bench-none\""));
    }

    @Test
    void watchers_see_each_change_once() {
        String out = run(
                0,
                "-n",
                "30",
                "-c",
                "4",
                "--warmup",
                "0",
                "--watchers",
                "5",
                "--changes",
                "30",
                "--ops",
                "create,watch");

        assertTrue(out.lines().anyMatch(line -> line.matches("watch +150 .*")), out);
    }

    @Test
    void marks_are_found_wherever_they_stand() {
        byte[] text = "x\"bench-sent\":\"12\"ü\"bench-sen\"bench-sent\":\"345\"\n\"bench-sent\":\"6"
                .getBytes(StandardCharsets.UTF_8);

        int first = BenchObjects.sentAt(text, 0, text.length);
        int second = BenchObjects.sentAt(text, first, text.length);
        int third = BenchObjects.sentAt(text, second, text.length);

        assertEquals(12, BenchObjects.sentNanos(text, first, text.length));
        assertEquals(345, BenchObjects.sentNanos(text, second, text.length));
        assertEquals(6, BenchObjects.sentNanos(text, third, text.length));
        assertEquals(-1, BenchObjects.sentAt(text, third, text.length));
        assertEquals(-1, BenchObjects.sentAt(text, second, text.length - 2));
    }

    @Test
    void errors_are_counted_and_the_first_one_is_shown() {
        api.refusing = true;

        String out = run(1, "-n", "7", "-c", "2", "--warmup", "0", "--ops", "create");

        assertTrue(out.contains(" 7\n    first error: 403 {\"kind\":\"Status\"}"), out);
    }

    @Test
    void a_local_server_is_asked_for_its_cpu_and_memory() {
        String own = Long.toString(ProcessHandle.current().pid());

        String out = run(0, "-n", "5", "-c", "1", "--warmup", "0", "--ops", "create", "--pid", own);

        assertTrue(out.contains("CPU ms/op   RSS MiB"), out);
        assertTrue(out.lines().anyMatch(line -> line.matches("create +5 .* 0 +[0-9.]+ +[1-9][0-9]+")), out);
    }

    @Test
    void words_that_are_none_are_refused() {
        assertThrows(IllegalArgumentException.class, () -> Operation.of("destroy"));
        assertThrows(IllegalArgumentException.class, () -> BenchObjects.Kind.of("nodes"));
        assertThrows(IllegalArgumentException.class, () -> Target.of("127.0.0.1:6443", "", Trust.context(null)));
    }

    @Test
    void an_update_sends_what_is_stored_without_its_version() {
        byte[] stored = "{\"metadata\":{\"resourceVersion\":\"12\",\"annotations\":{\"bench-sent\":\"0\"}}}"
                .getBytes(StandardCharsets.UTF_8);

        String updated = new String(BenchObjects.updated(stored), StandardCharsets.UTF_8);

        assertTrue(updated.matches("\\{\"metadata\":\\{\"annotations\":\\{\"bench-sent\":\"[1-9][0-9]*\"}}}"), updated);
    }

    @Test
    void latencies_are_read_at_the_ranks_asked_for() {
        Samples samples = new Samples();
        for (int i = 1; i <= 1_000; i++) {
            samples.add(i * 1_000_000L);
        }

        assertArrayEquals(new double[] {500, 900, 990, 1_000}, new double[] {
            samples.millisAt(0.5), samples.millisAt(0.9), samples.millisAt(0.99), samples.millisAt(1)
        });
        assertEquals(0, new Samples().millisAt(0.5));
    }

    private String run(int exitCode, String... arguments) {
        StringWriter out = new StringWriter();
        List<String> all = new ArrayList<>(List.of("--server", api.url(), "--token", "secret"));
        all.addAll(List.of(arguments));
        int code = new CommandLine(new Bench())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out))
                .execute(all.toArray(String[]::new));
        assertEquals(exitCode, code, out.toString());
        return out.toString();
    }

    /** As much of a Kubernetes API as a benchmark needs. */
    private static final class FakeApi {
        private final Map<String, String> objects = new ConcurrentSkipListMap<>();
        private final List<String> created = new CopyOnWriteArrayList<>();
        private final Map<Object, LinkedBlockingQueue<String>> watchers = new ConcurrentHashMap<>();
        private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        private final HttpServer server = create();
        private volatile boolean refusing;

        private static HttpServer create() {
            try {
                return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        void start() {
            server.setExecutor(threads);
            server.createContext("/", this::answer);
            server.start();
        }

        void stop() {
            server.stop(0);
            threads.shutdownNow();
        }

        String url() {
            return "http://127.0.0.1:" + server.getAddress().getPort();
        }

        private void answer(HttpExchange exchange) throws IOException {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String path = exchange.getRequestURI().getPath();
            String query = String.valueOf(exchange.getRequestURI().getQuery());
            boolean known = "Bearer secret".equals(exchange.getRequestHeaders().getFirst("Authorization"));
            if (path.matches("/api/v1/namespaces(/[^/]*)?")) {
                send(exchange, known ? 201 : 401, "{}");
            } else if (refusing) {
                send(exchange, 403, "{\"kind\":\"Status\"}");
            } else if (query.contains("watch=true")) {
                watch(exchange);
            } else {
                object(exchange, path, query, body);
            }
        }

        private void object(HttpExchange exchange, String path, String query, String body) throws IOException {
            switch (exchange.getRequestMethod()) {
                case "POST" -> {
                    created.add(body);
                    objects.put(path + "/" + Bench.field(body, "name"), body);
                    send(exchange, 201, body);
                }
                case "PUT", "PATCH" -> {
                    watchers.values().forEach(watcher -> watcher.add(body));
                    send(exchange, objects.containsKey(path) ? 200 : 404, body);
                }
                case "DELETE" -> send(exchange, objects.remove(path) == null ? 404 : 200, "{}");
                default -> {
                    String list = "{\"metadata\":{\"resourceVersion\":\"9\"%s},\"items\":[]}"
                            .formatted(query.contains("continue") ? "" : ",\"continue\":\"next page\"");
                    send(exchange, 200, objects.getOrDefault(path, list));
                }
            }
        }

        private void watch(HttpExchange exchange) throws IOException {
            LinkedBlockingQueue<String> events = new LinkedBlockingQueue<>();
            watchers.put(exchange, events);
            exchange.sendResponseHeaders(200, 0);
            try (var out = exchange.getResponseBody()) {
                out.flush();
                while (true) {
                    String event = "{\"type\":\"MODIFIED\",\"object\":" + events.take() + "}\n";
                    out.write(event.getBytes(StandardCharsets.UTF_8));
                    out.flush();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                watchers.remove(exchange);
            }
        }

        private static void send(HttpExchange exchange, int status, String body) throws IOException {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        }
    }
}
