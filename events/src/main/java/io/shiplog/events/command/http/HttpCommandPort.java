package io.shiplog.events.command.http;

import io.shiplog.events.command.CommandPort;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.command.CommandResult.Refused;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * Sends commands to the current writer of the log. Each attempt looks the writer up, so a new claim is followed; a command is
 * resent until its time is up, which is safe because a repeated command id gets its first answer again.
 */
public final class HttpCommandPort implements CommandPort, AutoCloseable {
    /** Covers the TLS handshakes, of which a new writer may have hundreds. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private static final Duration ATTEMPT_TIMEOUT = Duration.ofSeconds(65);
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final int RETRY_AFTER_SECONDS = 1;
    private static final int OK = 200;
    private static final int FORBIDDEN = 403;
    private static final int TOO_LARGE = 413;

    private final Supplier<String> writer;
    private final Duration patience;
    private final HttpClient client;

    /**
     * @param writer {@code host:port} from the newest claim; empty if there is none
     * @param tls with the client's own certificate, trusting the cluster's CA
     * @param patience how long to retry before answering 503
     */
    public HttpCommandPort(Supplier<String> writer, SSLContext tls, Duration patience) {
        this.writer = writer;
        this.patience = patience;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(tls)
                .connectTimeout(CONNECT_TIMEOUT)
                .build();
    }

    @Override
    public CompletionStage<CommandResult> send(CommandRequest request) {
        byte[] message = CommandCodec.write(request);
        return message.length > CommandPortServer.MAX_MESSAGE_BYTES
                ? CompletableFuture.completedFuture(tooLarge())
                : attempt(message, System.nanoTime() + patience.toNanos());
    }

    private CompletableFuture<CommandResult> attempt(byte[] message, long deadlineNanos) {
        return once(message)
                .exceptionally(failure -> unavailable("the writer of the log cannot be reached"))
                .thenCompose(result -> {
                    if (!passing(result) || System.nanoTime() > deadlineNanos) {
                        return CompletableFuture.completedFuture(result);
                    }
                    Executor later = CompletableFuture.delayedExecutor(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
                    return CompletableFuture.supplyAsync(() -> attempt(message, deadlineNanos), later)
                            .thenCompose(answer -> answer);
                });
    }

    /** Whether the same command may be answered differently in a moment: there is no writer, or it has just lost its log. */
    private static boolean passing(CommandResult result) {
        return result instanceof Refused refused
                && refused.refusal().reason().retry() == Refusal.Retry.WITH_NEXT_WRITER;
    }

    private CompletableFuture<CommandResult> once(byte[] message) {
        String address = writer.get();
        if (address.isEmpty()) {
            return CompletableFuture.completedFuture(unavailable("no command side is writing the log"));
        }
        HttpRequest request = HttpRequest.newBuilder(URI.create("https://" + address + CommandPortServer.PATH))
                .timeout(ATTEMPT_TIMEOUT)
                .POST(BodyPublishers.ofByteArray(message))
                .build();
        return client.sendAsync(request, BodyHandlers.ofByteArray()).thenApply(HttpCommandPort::result);
    }

    private static CommandResult result(HttpResponse<byte[]> response) {
        return switch (response.statusCode()) {
            case OK -> CommandCodec.readResult(response.body());
            case TOO_LARGE -> tooLarge();
            case FORBIDDEN ->
                new Refused(Refusal.of(
                        Reason.FORBIDDEN,
                        "the writer of the log does not accept such a command from this certificate"));
            default -> unavailable("the writer of the log answered with " + response.statusCode());
        };
    }

    private static CommandResult tooLarge() {
        return new Refused(Refusal.of(Reason.REQUEST_ENTITY_TOO_LARGE, "Request entity too large"));
    }

    private static CommandResult unavailable(String why) {
        return new Refused(new Refusal(
                Reason.SERVICE_UNAVAILABLE,
                why + "; the change may or may not have been applied",
                null,
                null,
                List.of(),
                RETRY_AFTER_SECONDS));
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
