package io.shiplog.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.timeout.IdleStateHandler;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.gateway.outcome.Checked;
import io.shiplog.gateway.protobuf.Messages;
import io.shiplog.projections.history.ChangeFilter;
import io.shiplog.projections.history.ChangeQuery;
import io.shiplog.projections.history.Point;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request and its answer. Lives on one event loop: every method is called there, and {@link #whenDone} returns to it. */
public final class Exchange {
    /** <a href="https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1">Unexpected condition</a>. */
    private static final short SOCKET_ERROR = 1011;

    private static final Duration LAST_WORDS = Duration.ofMillis(200);

    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
    private static final CharSequence AUDIT_ID = HttpHeaders.createOptimized("audit-id");
    private static final CharSequence NO_CACHE = HttpHeaders.createOptimized("no-cache, private");
    private static final CharSequence JSON_TYPE = HttpHeaders.createOptimized("application/json");
    private static final CharSequence WARNING = HttpHeaders.createOptimized("warning");
    private static final int WARNING_LIMIT = 20;
    /** The control character beyond the printable ones; no header may hold it. */

    /** JSON up to here becomes protobuf on the event loop. */
    private static final int MAX_MESSAGE_BYTES_ON_LOOP = 8 * 1024;

    /** A body up to here leaves in one piece. */
    private static final int SMALL_BYTES = 64 * 1024;

    private final HttpServerRequest request;
    private final Context context;
    private final Ports ports;
    private final Moment moment;
    private final RequestInfo info;
    private final Query query;
    private final Accepted accepted;
    private final Actor actor;
    private @Nullable Runnable atEnd;
    private @Nullable ServerWebSocket socket;
    private Handler<Void> closing = closed -> {};
    private boolean ended;
    private @Nullable Instant asOf;

    public Exchange(
            HttpServerRequest request,
            Context context,
            Ports ports,
            Moment moment,
            RequestInfo info,
            Query query,
            Accepted accepted,
            Actor actor) {
        this.request = request;
        this.context = context;
        this.ports = ports;
        this.moment = moment;
        this.info = info;
        this.query = query;
        this.accepted = accepted;
        this.actor = actor;
    }

    public HttpServerRequest request() {
        return request;
    }

    public HttpServerResponse response() {
        return request.response();
    }

    public Context context() {
        return context;
    }

    public Ports ports() {
        return ports;
    }

    public Moment moment() {
        return moment;
    }

    public RequestInfo info() {
        return info;
    }

    public Query query() {
        return query;
    }

    public Accepted accepted() {
        return accepted;
    }

    public Actor actor() {
        return actor;
    }

    /** Runs work once, when the answer is sent or the connection is gone: at once if that is already so. */
    public void atEnd(Runnable work) {
        if (ended) {
            work.run();
        } else {
            this.atEnd = work;
        }
    }

    /** What is called when a WebSocket, into which this exchange may turn, closes. */
    public void whenClosed(Handler<Void> handler) {
        this.closing = handler;
    }

    /**
     * Opens the stream of a watch: a WebSocket if the client asks for one, else the body of the answer.
     *
     * @param then called on this exchange's event loop, if the stream could be opened
     * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-4.2.1">RFC 6455, the client's handshake</a>
     */
    public void stream(Consumer<FrameSink.Opening> then) {
        if (request.version() != HttpVersion.HTTP_1_1
                || !"websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE))) {
            then.accept(source -> ResponseStream.opened(this, source));
            return;
        }
        if (refusedOfAnotherSite()) {
            return;
        }
        whenDone(request.toWebSocket().toCompletionStage(), upgraded -> {
            socket = upgraded;
            upgraded.closeHandler(closing);
            then.accept(source -> new SocketStream(this, upgraded, source));
        });
    }

    /**
     * Whether the client wants to leave HTTP for another protocol.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-7.8">RFC 9110, Upgrade</a>
     */
    public boolean wantsUpgrade() {
        return request.version() == HttpVersion.HTTP_1_1
                && request.headers().getAll(HttpHeaders.CONNECTION).stream()
                        .flatMap(value -> Arrays.stream(value.split(",")))
                        .anyMatch(option -> option.strip().equalsIgnoreCase("upgrade"))
                && request.headers().contains(HttpHeaders.UPGRADE);
    }

    /**
     * Leaves HTTP with the headers that the response has: 101, and what follows belongs to another protocol. It may be silent for longer
     * than a connection may be idle.
     *
     * @param then called on this exchange's event loop, before the first byte
     */
    public void tunnel(Consumer<NetSocket> then) {
        Channel channel = request.connection() instanceof ConnectionBase base ? base.channel() : null;
        var unused = request.toNetSocket()
                .onSuccess(socket -> guarded(() -> {
                    socket.closeHandler(closing);
                    if (channel != null && channel.pipeline().get(IdleStateHandler.class) != null) {
                        channel.pipeline().remove(IdleStateHandler.class);
                    }
                    then.accept(socket);
                }))
                .onFailure(failure -> context.runOnContext(turn -> fail(failure)));
    }

    /** Whether a page of another site asks, which is then refused: to be called before a WebSocket is opened, or a form is passed on. */
    public boolean refusedOfAnotherSite() {
        boolean refused = PageOrigin.isOfAnotherSite(request);
        if (refused) {
            refuse(Refusal.of(Reason.FORBIDDEN, "a page of another site cannot do this"));
        }
        return refused;
    }

    /** The answer is sent or the connection is gone. */
    public void ended() {
        ended = true;
        if (atEnd != null) {
            atEnd.run();
            atEnd = null;
        }
    }

    /** True for the present: only there can anything change. */
    public boolean now() {
        return moment instanceof Moment.Now;
    }

    /**
     * The newest state of a shard with every acknowledged write, or the state of the requested moment.
     *
     * @param then called on this exchange's event loop
     */
    public void withImage(String shard, Consumer<Image> then) {
        switch (moment) {
            case Moment.Now() -> whenDone(ports.images().newest(shard), then);
            case Moment.AtRevision(long revision) -> whenDone(ports.timeTravel().at(revision), begun(then));
            case Moment.AtTime(Instant time) -> whenDone(ports.timeTravel().at(through(time)), begun(then));
        }
    }

    /** An object at the requested moment, which is not the present; empty if it did not exist. */
    public void withPast(ObjectKey key, Consumer<Optional<StoredObject>> then) {
        switch (moment) {
            case Moment.Now() -> throw new IllegalStateException("the present is no past");
            case Moment.AtRevision(long revision) when revision == 0 -> refuse(beforeTheLog());
            case Moment.AtRevision(long revision) ->
                whenDone(ports.timeTravel().at(revision, key), object -> {
                    if (accepted.as().equals("Table")) {
                        whenDone(timeOf(revision), time -> {
                            asOf = time;
                            then.accept(object);
                        });
                    } else {
                        then.accept(object);
                    }
                });
            case Moment.AtTime(Instant time) -> {
                Instant last = through(time);
                asOf = last;
                whenDone(ports.timeTravel().at(last, key), object -> {
                    if (object.isPresent()) {
                        then.accept(object);
                    } else {
                        whenDone(ports.history().revisionAt(Image.MAIN_SHARD, last), revision -> {
                            if (revision == 0) {
                                refuse(beforeTheLog());
                            } else {
                                then.accept(object);
                            }
                        });
                    }
                });
            }
        }
    }

    /** The clock for ages: the present's, or one that stands still at the requested moment once its state was read. */
    public InstantSource clock() {
        return now() ? ports.clock() : () -> asOf == null ? ports.clock().instant() : asOf;
    }

    private CompletionStage<Instant> timeOf(long revision) {
        return ports.history()
                .page(ChangeQuery.oldestFirst(Image.MAIN_SHARD, revision, revision, ChangeFilter.ALL), 1)
                .thenApply(page -> page.events().isEmpty()
                        ? ports.clock().instant()
                        : page.events().getFirst().time());
    }

    private Instant through(Instant time) {
        return Point.through(time, ports.clock().instant());
    }

    /** Before the first event there was no cluster: an empty answer would look like a state. */
    private Consumer<Image> begun(Consumer<Image> then) {
        return image -> {
            asOf = moment instanceof Moment.AtTime(Instant time) ? through(time) : image.time(Image.MAIN_SHARD);
            if (image.revision(Image.MAIN_SHARD) == 0) {
                refuse(beforeTheLog());
            } else {
                then.accept(image);
            }
        };
    }

    private Refusal beforeTheLog() {
        return Refusal.of(
                Reason.EXPIRED,
                "%s is before the log begins: the oldest revision that can be shown is 1".formatted(moment.shown()));
    }

    /** Continues with a stage's value on the event loop; a failure becomes the answer. */
    public <T> void whenDone(CompletionStage<T> stage, Consumer<? super T> then) {
        CompletableFuture<T> future = stage.toCompletableFuture();
        if (future.isDone() && !future.isCompletedExceptionally()) {
            guarded(() -> then.accept(future.join()));
            return;
        }
        var unused = stage.whenComplete((value, failure) -> context.runOnContext(ignored -> {
            if (failure == null) {
                guarded(() -> then.accept(value));
            } else {
                fail(failure);
            }
        }));
    }

    /** Continues with a value, or answers its refusal. */
    public <T> void checked(Checked<T> value, Consumer<? super T> then) {
        switch (value) {
            case Checked.Ok<T>(T ok) -> then.accept(ok);
            case Checked.Refused<T>(Refusal refusal) -> refuse(refusal);
        }
    }

    /**
     * Runs work; anything it throws becomes the answer. Errors too: a request that exhausts the stack is one bad request, and
     * must not keep its place.
     */
    public void guarded(Runnable work) {
        try {
            work.run();
        } catch (Throwable e) {
            fail(e);
        }
    }

    /** After the client is gone, failures are expected. */
    private void fail(Throwable failure) {
        if (response().closed()) {
            LOG.debug(
                    "{} {} failed after its client was gone",
                    request.method(),
                    Failures.shortened(request.path()),
                    failure);
        } else {
            refuse(Failures.refusal(moment, request, failure));
        }
    }

    /** Answers that the request took too long: its body did not arrive, or the work did not end. */
    public void expire() {
        boolean bodyMissing = !request.isEnded();
        refuse(
                bodyMissing
                        ? Refusal.of(Reason.REQUEST_TIMEOUT, "the request's body did not arrive in time")
                        : Refusal.of(Reason.TIMEOUT, "Timeout: request did not complete within the allotted timeout"));
        if (bodyMissing) {
            // After the answer, the rest of the body belongs to no request.
            context.owner().setTimer(LAST_WORDS.toMillis(), over -> breakOff());
        }
    }

    /**
     * Ends the exchange without the rest of its answer: the stream, or its whole connection where it has no streams or its client does
     * not even take the end of one.
     */
    public void breakOff() {
        if (request.version() != HttpVersion.HTTP_2) {
            abort(request.connection());
            return;
        }
        var unused = response().reset();
        context.owner().setTimer(LAST_WORDS.toMillis(), over -> {
            if (!ended) {
                abort(request.connection());
            }
        });
    }

    /** Closes a connection at once. A close as Vert.x does it waits behind what the client has not read. */
    public static void abort(HttpConnection connection) {
        if (connection instanceof ConnectionBase base) {
            Channel channel = base.channel();
            channel.eventLoop().execute(() -> channel.unsafe().close(channel.voidPromise()));
        }
    }

    /** Answers with a {@code Status}. After an answer has begun, only the connection can end. */
    public void refuse(Refusal refusal) {
        if (socket != null) {
            var unused = socket.close(SOCKET_ERROR, refusal.reason().name());
            return;
        }
        HttpServerResponse response = response();
        if (response.ended() || response.closed()) {
            return;
        }
        if (response.headWritten()) {
            breakOff();
            return;
        }
        if (refusal.retryAfterSeconds() > 0) {
            response.putHeader(HttpHeaders.RETRY_AFTER, Integer.toString(refusal.retryAfterSeconds()));
        }
        if (refusal.reason() == Reason.UNAUTHORIZED) {
            response.putHeader("WWW-Authenticate", "Bearer realm=\"shiplog\"");
        }
        answer(refusal.reason().code(), StatusBody.failure(refusal));
    }

    /** Answers with a tree. */
    public void answer(int code, JsonNode body) {
        answer(code, Json.of(body));
    }

    /** Answers with JSON bytes, sent without a copy; as YAML or protobuf if requested. */
    public void answer(int code, Json body) {
        switch (accepted.text()) {
            case JSON -> {
                head(code, JSON_TYPE);
                end(body.utf8());
            }
            case YAML -> {
                head(code, Accepted.Text.YAML.contentType());
                end(Yaml.ofJson(body));
            }
            case PROTOBUF -> message(code, body);
        }
    }

    /** A long message is made on another thread: the event loop serves other clients meanwhile. */
    private void message(int code, Json body) {
        if (body.utf8().length <= MAX_MESSAGE_BYTES_ON_LOOP) {
            message(code, body, Messages.of(body));
        } else {
            whenDone(
                    CompletableFuture.supplyAsync(
                            () -> Optional.ofNullable(Messages.of(body)), Thread::startVirtualThread),
                    message -> {
                        if (!response().headWritten() && !response().closed()) {
                            message(code, body, message.orElse(null));
                        }
                    });
        }
    }

    /** Documents that have no message, such as OpenAPI v3, are JSON for everybody. */
    private void message(int code, Json body, byte @Nullable [] message) {
        if (message == null) {
            head(code, JSON_TYPE);
            end(body.utf8());
        } else {
            head(code, Accepted.Text.PROTOBUF.contentType());
            end(message);
        }
    }

    /** Answers with a text of another type. */
    public void answerText(int code, String contentType, String text) {
        head(code, contentType);
        var unused = response().end(text);
    }

    /** Answers with bytes of another type. */
    public void answerBytes(int code, String contentType, byte[] body) {
        head(code, contentType);
        end(body);
    }

    /** Sends status and headers; the body follows. */
    public HttpServerResponse head(int code, CharSequence contentType) {
        return response()
                .setStatusCode(code)
                .putHeader(AUDIT_ID, auditId())
                .putHeader(HttpHeaders.CACHE_CONTROL, NO_CACHE)
                .putHeader(HttpHeaders.CONTENT_TYPE, contentType);
    }

    /** Adds {@code Warning} headers. */
    public void warn(List<String> warnings) {
        warnings.stream()
                .limit(WARNING_LIMIT)
                .map(WarningHeader::of)
                .forEach(warning -> response().headers().add(WARNING, warning));
    }

    private void end(byte[] body) {
        if (request.method() == io.vertx.core.http.HttpMethod.HEAD) {
            response().putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length));
            var unused = response().end();
            return;
        }
        if (body.length <= SMALL_BYTES) {
            var unused = response().end(buffer(body));
        } else {
            ResponseStream.send(this, body);
        }
    }

    /** A buffer over the bytes themselves. */
    public static Buffer buffer(byte[] bytes) {
        return BufferInternal.buffer(Unpooled.wrappedBuffer(bytes));
    }

    /** Random enough to find a request in a log; not a secret. */
    private static String auditId() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new UUID(random.nextLong() & ~0xf000L | 0x4000L, random.nextLong() & ~(3L << 62) | (1L << 63))
                .toString();
    }

    /**
     * The field manager: the query parameter, else the beginning of the client's User-Agent up to a slash.
     *
     * @return empty for an unknown one
     */
    public String fieldManager() {
        String named = query.text("fieldManager");
        return named.isEmpty() ? FieldManagers.ofUserAgent(request.getHeader(HttpHeaders.USER_AGENT)) : named;
    }

    /** An empty tree to fill. */
    public static ObjectNode object(String kind, String apiVersion) {
        ObjectNode tree = Json.MAPPER.createObjectNode();
        tree.put("kind", kind);
        tree.put("apiVersion", apiVersion);
        return tree;
    }
}
