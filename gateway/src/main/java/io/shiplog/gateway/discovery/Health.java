package io.shiplog.gateway.discovery;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.gateway.http.Exchange;
import io.shiplog.projections.image.Image;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * {@code /version}, and the health checks: ready means that the log answers.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/health-checks/">Health endpoints</a>
 */
public final class Health {
    private static final Set<String> LIVE = Set.of("healthz", "livez");
    private static final String READY = "readyz";
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String MAIN_SHARD = "events";

    private final ObjectNode version;

    /** @param gitVersion such as {@code v1.36.0+shiplog.0.1.0} */
    public Health(String gitVersion) {
        String[] numbers = gitVersion.substring(1).split("\\.");
        this.version = io.shiplog.events.json.Json.MAPPER.createObjectNode();
        version.put("major", numbers[0]);
        version.put("minor", numbers[1]);
        version.put("emulationMajor", numbers[0]);
        version.put("emulationMinor", numbers[1]);
        version.put("minCompatibilityMajor", numbers[0]);
        version.put("minCompatibilityMinor", numbers[1]);
        version.put("gitVersion", gitVersion);
        version.put("gitCommit", "");
        version.put("gitTreeState", "");
        version.put("buildDate", "1970-01-01T00:00:00Z");
        version.put("goVersion", "none");
        version.put("compiler", "javac");
        version.put(
                "platform",
                System.getProperty("os.name", "").toLowerCase(java.util.Locale.ROOT) + "/"
                        + System.getProperty("os.arch", ""));
    }

    /** Whether the path is public. */
    public static boolean open(String path) {
        int slash = path.indexOf('/', 1);
        String first = path.substring(1, slash < 0 ? path.length() : slash);
        return first.equals("version") || first.equals(READY) || LIVE.contains(first);
    }

    /** Answers, or returns false if the path is none of these. */
    public boolean answered(Exchange exchange, String[] parts) {
        if (parts.length == 1 && parts[0].equals("version")) {
            exchange.answer(200, version);
        } else if (LIVE.contains(parts[0])) {
            say(exchange, parts[0], true);
        } else if (parts[0].equals(READY)) {
            ready(exchange);
        } else {
            return false;
        }
        return true;
    }

    private static void ready(Exchange exchange) {
        ofLog(exchange, good -> say(exchange, READY, good));
    }

    /** Finds out whether the log answers, and continues with the result. */
    public static void ofLog(Exchange exchange, Consumer<Boolean> then) {
        CompletableFuture<Image> newest = exchange.ports()
                .images()
                .newest(MAIN_SHARD)
                .toCompletableFuture()
                .copy();
        long timer = exchange.context().owner().setTimer(PATIENCE.toMillis(), late -> newest.cancel(false));
        var unused = newest.whenComplete((image, failure) -> exchange.context().runOnContext(turn -> {
            exchange.context().owner().cancelTimer(timer);
            exchange.guarded(() -> then.accept(failure == null));
        }));
    }

    private static void say(Exchange exchange, String check, boolean good) {
        if (good && !exchange.query().has("verbose")) {
            exchange.answerText(200, TEXT, "ok");
            return;
        }
        String log = check.equals(READY) ? (good ? "[+]log ok\n" : "[-]log failed: it did not answer\n") : "";
        exchange.answerText(
                good ? 200 : 503, TEXT, "[+]ping ok\n" + log + check + " check " + (good ? "passed" : "failed") + "\n");
    }
}
