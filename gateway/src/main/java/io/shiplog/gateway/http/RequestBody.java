package io.shiplog.gateway.http;

import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.json.Json;
import io.shiplog.gateway.outcome.Checked;
import io.shiplog.gateway.protobuf.ProtobufBody;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/** Receives a body, up to the limit, and parses it to JSON from its format. */
public final class RequestBody {
    /** As kube-apiserver: twice the size of the largest object in etcd. */
    public static final int MAX_BYTES = 3 * 1024 * 1024;

    private static final String PROTOBUF = "application/vnd.kubernetes.protobuf";

    /** JSON is not decoded here: the bytes are kept as they are. */
    private static final Set<String> JSON = Set.of("", "application/json", "*/*");

    /** YAML and protobuf up to here are decoded on the event loop. */
    static final int MAX_BYTES_ON_LOOP = 8 * 1024;

    private RequestBody() {}

    /** Receives the body as bytes. Call it before leaving the event loop. */
    public static void bytes(Exchange exchange, Consumer<byte[]> then) {
        HttpServerRequest request = exchange.request();
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length != null && isBeyond(length)) {
            exchange.refuse(tooLarge());
            return;
        }
        new Intake(exchange, then).start();
    }

    /**
     * Takes an object: JSON, YAML or protobuf by its content type. None means JSON, as for kube-apiserver: {@code kubectl create --raw} sends
     * none. But not from a web page. An empty body gives empty JSON.
     */
    public static void json(Exchange exchange, Consumer<Json> then) {
        bytes(exchange, bytes -> decoded(exchange, bytes, Yaml::document, document -> then.accept(document.json())));
    }

    /** As {@link #json}, for an object of this kind, with the fields that a YAML text sets twice. */
    public static void document(Exchange exchange, String kind, Consumer<Yaml.Document> then) {
        bytes(exchange, bytes -> decoded(exchange, bytes, yaml -> Yaml.object(yaml, kind), then));
    }

    /** A long text that is not JSON is decoded on another thread: the event loop serves other clients meanwhile. */
    private static void decoded(
            Exchange exchange,
            byte[] bytes,
            Function<byte[], Checked<Yaml.Document>> yaml,
            Consumer<Yaml.Document> then) {
        String type = mediaType(exchange.request());
        boolean fromPage = exchange.request().getHeader(HttpHeaders.ORIGIN) != null;
        if (bytes.length <= MAX_BYTES_ON_LOOP || JSON.contains(type)) {
            exchange.checked(decode(type, fromPage, bytes, yaml), then);
        } else {
            exchange.whenDone(
                    CompletableFuture.supplyAsync(
                            () -> decode(type, fromPage, bytes, yaml), Thread::startVirtualThread),
                    document -> exchange.checked(document, then));
        }
    }

    private static Checked<Yaml.Document> decode(
            String type, boolean fromPage, byte[] bytes, Function<byte[], Checked<Yaml.Document>> yaml) {
        if (bytes.length == 0) {
            return Checked.ok(Yaml.Document.of(Json.ofUtf8(bytes)));
        }
        if (type.isEmpty() && fromPage) {
            // A browser sends this for a page of another site, with the user's client certificate and without a
            // preflight request.
            return unknownFormat();
        }
        return switch (type) {
            case "", "application/json", "*/*" -> Checked.ok(Yaml.Document.of(Json.ofUtf8(bytes)));
            case "application/yaml", "text/yaml", "application/x-yaml" -> yaml.apply(bytes);
            case PROTOBUF -> ProtobufBody.toJson(bytes).map(Yaml.Document::of);
            default -> unknownFormat();
        };
    }

    private static Checked<Yaml.Document> unknownFormat() {
        return Checked.refused(Refusal.of(
                Reason.UNSUPPORTED_MEDIA_TYPE,
                "the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, "
                        + PROTOBUF));
    }

    /** The content type in lower case and without parameters, empty if there is none. */
    public static String mediaType(HttpServerRequest request) {
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        if (type == null) {
            return "";
        }
        int end = type.indexOf(';');
        return (end < 0 ? type : type.substring(0, end)).trim().toLowerCase(Locale.ROOT);
    }

    private static boolean isBeyond(String contentLength) {
        try {
            return Long.parseLong(contentLength.strip()) > MAX_BYTES;
        } catch (NumberFormatException e) {
            return true; // HTTP rejects non-numbers before; more digits than a long has
        }
    }

    private static Refusal tooLarge() {
        return Refusal.of(Reason.REQUEST_ENTITY_TOO_LARGE, "Request entity too large: limit is " + MAX_BYTES);
    }

    /** Collects a body and stops at the limit. */
    private static final class Intake {
        private final Exchange exchange;
        private final Consumer<byte[]> then;
        private Buffer gathered = Buffer.buffer();
        private boolean refused;

        private Intake(Exchange exchange, Consumer<byte[]> then) {
            this.exchange = exchange;
            this.then = then;
        }

        void start() {
            exchange.request().handler(this::take).endHandler(end -> {
                if (!refused) {
                    exchange.guarded(() -> then.accept(gathered.getBytes()));
                }
            });
        }

        private void take(Buffer part) {
            if (refused) {
                return;
            }
            if (gathered.length() + part.length() > MAX_BYTES) {
                refused = true;
                gathered = Buffer.buffer();
                exchange.refuse(tooLarge());
                return;
            }
            gathered.appendBuffer(part);
        }
    }
}
