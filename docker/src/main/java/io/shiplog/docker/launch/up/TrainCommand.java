package io.shiplog.docker.launch.up;

import io.shiplog.docker.home.ClusterSettings;
import io.shiplog.docker.home.ShiplogHome;
import io.shiplog.docker.launch.assembly.Stages;
import io.shiplog.docker.pki.ClusterPki;
import io.shiplog.docker.pki.Identity;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;

/**
 * The training run for the JVM's ahead-of-time cache: a temporary cluster without nodes executes every verb some thousand times
 * and ends. The script runs it once after a build.
 *
 * @see <a href="https://openjdk.org/jeps/514">JEP 514: Ahead-of-Time Command-Line Ergonomics</a>
 */
@Command(
        name = "train",
        hidden = true,
        mixinStandardHelpOptions = true,
        description = "Training run for the AOT cache.")
public final class TrainCommand implements Callable<Integer> {
    /** Enough for useful JIT profiles. */
    private static final int ROUNDS = 3_000;

    private static final int CALLERS = 16;
    private static final int PAST_ROUNDS = 500;
    private static final int FEWER = 25;
    private static final int FIRST_MOMENT = 8_000;
    private static final int VALUE_BYTES = 1_500;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String CHANGES = "/apis/history.shiplog.io/v1/namespaces/default/changes";

    @Override
    public Integer call() throws IOException, InterruptedException {
        ShiplogHome home = new ShiplogHome(Files.createTempDirectory("shiplog-train"));
        try {
            ClusterSettings settings = new ClusterSettings(
                    "train", freePort(), ClusterSettings.DEFAULT.podCidr(), ClusterSettings.DEFAULT.serviceCidr());
            Stages silent = new Stages(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
            AllInOne cluster = AllInOne.start(home, settings, AllInOne.Start.withoutNodes(), silent);
            try {
                exercise(settings, ClusterPki.open(home.pki(), settings.cluster()));
            } finally {
                cluster.close();
            }
        } finally {
            home.delete();
        }
        return ExitCode.OK;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void exercise(ClusterSettings settings, ClusterPki pki) throws IOException, InterruptedException {
        String server = "https://127.0.0.1:" + settings.port();
        try (HttpClient client = HttpClient.newBuilder()
                .sslContext(pki.identify(Identity.admin()))
                .connectTimeout(PATIENCE)
                // A connection for each caller, as most clients under load have.
                .version(HttpClient.Version.HTTP_1_1)
                .build()) {
            Requests requests = new Requests(client, server);
            requests.send("GET", "/api/v1/namespaces/default", null);
            List<Callable<@Nullable Void>> rounds = new ArrayList<>();
            for (int i = 0; i < ROUNDS; i++) {
                String name = "c" + i;
                rounds.add(() -> round(requests, name));
            }
            try (ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
                for (Future<?> round : callers.invokeAll(rounds)) {
                    round.get();
                }
            } catch (ExecutionException e) {
                throw new IOException("the training load failed: " + e.getCause(), e);
            }
            for (int i = 0; i < PAST_ROUNDS; i++) {
                past(requests, i);
            }
            for (String path :
                    new String[] {"/api", "/apis", "/version", "/openapi/v3", "/api/v1/pods", "/at/5/api/v1/pods"}) {
                requests.send("GET", path, null);
            }
        }
    }

    private static @Nullable Void round(Requests requests, String name) throws IOException, InterruptedException {
        String body = "{\"metadata\":{\"name\":\"%s\",\"labels\":{\"app\":\"x\"}},\"data\":{\"k\":\"%s\"}}"
                .formatted(name, "v".repeat(VALUE_BYTES));
        requests.send("POST", MAPS, body);
        requests.send("GET", MAPS + "/" + name, null);
        requests.send("GET", MAPS + "/" + name, null);
        requests.send("PUT", MAPS + "/" + name, body.replace("vvv", "w"));
        requests.send("PATCH", MAPS + "/" + name, "{\"data\":{\"k\":\"z\"}}");
        requests.send("GET", MAPS + "?labelSelector=app%3Dx&limit=5", null);
        requests.send("DELETE", MAPS + "/" + name, null);
        return null;
    }

    /** Queries about the past, each for another moment. */
    private static void past(Requests requests, int round) throws IOException, InterruptedException {
        String name = "c" + round;
        requests.send("GET", "/at/" + (FIRST_MOMENT + round) + MAPS + "/" + name, null);
        requests.send("GET", CHANGES + "/" + (FIRST_MOMENT + round) + "?fields=false", null);
        requests.send(
                "GET", CHANGES + "?order=newest&fieldSelector=object.resource=configmaps,object.name=" + name, null);
        if (round % FEWER == 0) {
            requests.send("GET", "/at/" + (FIRST_MOMENT + round) + MAPS, null);
        }
        if (round == 0) {
            requests.send("GET", MAPS + "?watch=true&resourceVersion=1&timeoutSeconds=2", null);
        }
    }

    private record Requests(HttpClient client, String server) {
        void send(String method, String path, @Nullable String body) throws IOException, InterruptedException {
            String type = method.equals("PATCH") ? "application/merge-patch+json" : "application/json";
            HttpRequest request = HttpRequest.newBuilder(URI.create(server + path))
                    .timeout(PATIENCE)
                    .header("Content-Type", type)
                    .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                    .build();
            client.send(request, BodyHandlers.discarding());
        }
    }
}
