package io.shiplog.node.probe;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The reply of a health server, as it arrives: head, message, trailers. The two messages are small enough to be coded here:
 * {@code HealthCheckRequest{string service = 1}} and {@code HealthCheckResponse{ServingStatus status = 1}}.
 */
final class GrpcReply {
    static final String UNAVAILABLE = "Unavailable";

    /** A health message has a handful of bytes; a larger one is invalid. */
    private static final int MAX_MESSAGE_BYTES = 4096;

    /** The prefix of a message: one byte for compression, four bytes of length. */
    private static final int PREFIX_BYTES = 5;

    private static final int FIELD_1_BYTES = 0x0A;
    private static final int FIELD_1_NUMBER = 0x08;
    private static final int VARINT_BITS = 7;
    private static final int VARINT_MORE = 0x80;

    private static final List<String> STATUSES = List.of("UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN");
    private static final String SERVING = "SERVING";

    /** gRPC's status codes in their order, as Go prints them. */
    private static final List<String> CODES = List.of(
            "OK",
            "Canceled",
            "Unknown",
            "InvalidArgument",
            "DeadlineExceeded",
            "NotFound",
            "AlreadyExists",
            "PermissionDenied",
            "ResourceExhausted",
            "FailedPrecondition",
            "Aborted",
            "OutOfRange",
            "Unimplemented",
            "Internal",
            UNAVAILABLE,
            "DataLoss",
            "Unauthenticated");

    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    private String httpStatus = "";
    private String grpcStatus = "";
    private String grpcMessage = "";
    private boolean complete;

    /** The request for a service, with its prefix; an empty name means the whole server. */
    static ByteBuf request(String service) {
        byte[] name = service.getBytes(StandardCharsets.UTF_8);
        ByteBuf body = Unpooled.buffer();
        if (name.length > 0) {
            body.writeByte(FIELD_1_BYTES);
            int left = name.length;
            for (; left >= VARINT_MORE; left >>>= VARINT_BITS) {
                body.writeByte(left | VARINT_MORE);
            }
            body.writeByte(left).writeBytes(name);
        }
        return Unpooled.buffer().writeByte(0).writeInt(body.readableBytes()).writeBytes(body);
    }

    /** Takes the head or the trailers, which may be one. */
    void headers(Http2Headers headers, boolean last) {
        httpStatus = text(headers, ":status", httpStatus);
        grpcStatus = text(headers, "grpc-status", grpcStatus);
        grpcMessage = text(headers, "grpc-message", grpcMessage);
        complete |= last;
    }

    private static String text(Http2Headers headers, String name, String otherwise) {
        CharSequence value = headers.get(name);
        return value == null ? otherwise : value.toString();
    }

    /** Takes a part of the message. */
    void data(byte[] bytes, boolean last) throws IOException {
        message.writeBytes(bytes);
        complete |= last;
        if (message.size() > MAX_MESSAGE_BYTES) {
            throw new IOException("the answer is too long for a health check");
        }
    }

    /** Whether it is complete. */
    boolean complete() {
        return complete;
    }

    /** The probe result, in the kubelet's words. */
    Answer answer() {
        if (!httpStatus.equals("200")) {
            return failed("Unknown", "unexpected HTTP status code received from server: " + httpStatus);
        }
        if (grpcStatus.isEmpty()) {
            return failed("Internal", "server closed the stream without sending trailers");
        }
        String code = code();
        return switch (code) {
            case "OK" -> health();
            case "Unimplemented" ->
                Answer.failure(
                        "error: this server does not implement the grpc health protocol (grpc.health.v1.Health): "
                                + said());
            default -> failed(code, said());
        };
    }

    static Answer failed(String code, String description) {
        return Answer.failure(
                "error: health rpc probe failed: rpc error: code = %s desc = %s".formatted(code, description));
    }

    private Answer health() {
        byte[] bytes = message.toByteArray();
        // Zero, UNKNOWN, is not encoded.
        int status =
                bytes.length > PREFIX_BYTES + 1 && bytes[PREFIX_BYTES] == FIELD_1_NUMBER ? bytes[PREFIX_BYTES + 1] : 0;
        String word = status >= 0 && status < STATUSES.size() ? STATUSES.get(status) : Integer.toString(status);
        return word.equals(SERVING)
                ? Answer.SUCCESS
                : Answer.failure("service unhealthy (responded with \"%s\")".formatted(word));
    }

    private String code() {
        try {
            return CODES.get(Integer.parseInt(grpcStatus));
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            return "Code(" + grpcStatus + ")";
        }
    }

    /** The message is percent-encoded, where a plus is a plus. */
    private String said() {
        try {
            return URLDecoder.decode(grpcMessage.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return grpcMessage;
        }
    }
}
