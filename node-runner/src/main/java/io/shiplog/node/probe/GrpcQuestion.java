package io.shiplog.node.probe;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2ChannelDuplexHandler;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One call of {@code grpc.health.v1.Health/Check}, without TLS as in the kubelet. A bare socket and Netty's HTTP/2 codec as a
 * pure state machine over its bytes: no event loop, and no connection that outlives the call (ADR 0704).
 *
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/health-checking.md">gRPC health checking protocol</a>
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md">gRPC over HTTP/2</a>
 */
final class GrpcQuestion {
    private static final String METHOD = "/grpc.health.v1.Health/Check";
    private static final int READ_BYTES = 16 * 1024;

    private final String address;
    private final Deadline deadline;
    private final EmbeddedChannel http2;
    private final Http2FrameStream stream;
    private final GrpcReply reply = new GrpcReply();

    private GrpcQuestion(String address, Deadline deadline) {
        Frames frames = new Frames();
        this.address = address;
        this.deadline = deadline;
        this.http2 = new EmbeddedChannel(Http2FrameCodecBuilder.forClient().build(), frames);
        this.stream = frames.newStream();
    }

    /** The property under which Netty's codec exposes streams. */
    private static final class Frames extends Http2ChannelDuplexHandler {}

    static Answer ask(Target target, JsonNode grpc, Duration timeout) {
        String host = target.podIp();
        int port = target.port(grpc.path("port"));
        String address = (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        Deadline deadline = Deadline.in(timeout);
        try (Socket socket = new Socket()) {
            try {
                socket.connect(new InetSocketAddress(host, port), deadline.remainingMillis());
            } catch (SocketTimeoutException e) {
                return Answer.failure("timeout: failed to connect service \"%s\" within %s: context deadline exceeded"
                        .formatted(address, seconds(timeout)));
            } catch (IOException e) {
                return Answer.failure("error: failed to connect service at \"%s\": dial tcp %s: connect: %s"
                        .formatted(
                                address, address, String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT)));
            }
            return new GrpcQuestion(address, deadline)
                    .ask(socket, grpc.path("service").asText(""))
                    .answer();
        } catch (SocketTimeoutException e) {
            return Answer.failure("timeout: health rpc did not complete within " + seconds(timeout));
        } catch (IOException e) {
            return GrpcReply.failed(GrpcReply.UNAVAILABLE, "error reading from server: " + e.getMessage());
        }
    }

    /** Go's format of whole seconds or milliseconds: {@code 1s}, {@code 100ms}. */
    private static String seconds(Duration timeout) {
        return timeout.toMillisPart() == 0 ? timeout.toSeconds() + "s" : timeout.toMillis() + "ms";
    }

    private GrpcReply ask(Socket socket, String service) throws IOException {
        try {
            http2.writeOneOutbound(new DefaultHttp2HeadersFrame(head()).stream(stream));
            http2.writeOneOutbound(new DefaultHttp2DataFrame(GrpcReply.request(service), true).stream(stream));
            http2.flushOutbound();
            send(socket);
            byte[] bytes = new byte[READ_BYTES];
            while (!reply.complete()) {
                socket.setSoTimeout(deadline.remainingMillis());
                int read = socket.getInputStream().read(bytes);
                if (read < 0) {
                    throw new IOException("EOF");
                }
                understand(Unpooled.copiedBuffer(bytes, 0, read));
                send(socket);
                receive();
            }
            return reply;
        } finally {
            http2.finishAndReleaseAll();
        }
    }

    private Http2Headers head() throws SocketTimeoutException {
        return new DefaultHttp2Headers()
                .method("POST")
                .scheme("http")
                .path(METHOD)
                .authority(address)
                .add("content-type", "application/grpc")
                .add("te", "trailers")
                .add("grpc-timeout", deadline.remainingMillis() + "m")
                .add("user-agent", "kube-probe/1.36");
    }

    /** Writes the codec's output: our request, and its own acknowledgements. */
    private void send(Socket socket) throws IOException {
        for (ByteBuf out = http2.readOutbound(); out != null; out = http2.readOutbound()) {
            try {
                socket.getOutputStream().write(ByteBufUtil.getBytes(out));
            } finally {
                out.release();
            }
        }
    }

    /** Netty throws invalid HTTP/2 as an undeclared checked exception. */
    private void understand(ByteBuf in) throws IOException {
        try {
            http2.writeInbound(in);
        } catch (Exception e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private void receive() throws IOException {
        for (Object frame = http2.readInbound(); frame != null; frame = http2.readInbound()) {
            try {
                receive(frame);
            } finally {
                ReferenceCountUtil.release(frame);
            }
        }
    }

    private void receive(Object frame) throws IOException {
        switch (frame) {
            case Http2HeadersFrame headers -> reply.headers(headers.headers(), headers.isEndStream());
            case Http2DataFrame data -> reply.data(ByteBufUtil.getBytes(data.content()), data.isEndStream());
            case Http2ResetFrame reset ->
                throw new IOException("stream terminated by RST_STREAM with error code: " + name(reset.errorCode()));
            case Http2GoAwayFrame away
            when away.errorCode() != Http2Error.NO_ERROR.code() ->
                throw new IOException("connection closed with error code: " + name(away.errorCode()));
            default -> {} // The codec handles settings, pings and windows.
        }
    }

    private static String name(long code) {
        @Nullable Http2Error error = Http2Error.valueOf(code);
        return error == null ? Long.toString(code) : error.name();
    }
}
