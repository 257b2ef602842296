package io.shiplog.node.stream;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The channels of an exec or attach in a WebSocket: the first byte of a message is its channel.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/v1.36.0/staging/src/k8s.io/streaming/pkg/httpstream/wsstream/conn.go">wsstream</a>
 */
public final class ChannelSocket implements ClientStreams {
    private static final int STDIN = 0;
    private static final int STDOUT = 1;
    private static final int STDERR = 2;
    private static final int ERROR = 3;
    private static final int RESIZE = 4;
    /** With v5: the next byte is a channel that has ended. */
    private static final int ENDED = 255;

    private static final int PIECE_BYTES = 32 * 1024;
    /** A message in base64 is decoded whole, and a size of a terminal is read whole. */
    private static final int MAX_WHOLE_BYTES = 1024 * 1024;

    private final WebSocket socket;
    private final Protocol protocol;

    /** The subprotocols, the oldest without a name. */
    public enum Protocol {
        V5("v5.channel.k8s.io", false, true, true),
        V4("v4.channel.k8s.io", false, true, false),
        V4_BASE64("v4.base64.channel.k8s.io", true, true, false),
        V1("channel.k8s.io", false, false, false),
        V1_BASE64("base64.channel.k8s.io", true, false, false),
        NONE("", false, false, false);

        private final String word;
        private final boolean base64;
        private final boolean json;
        private final boolean ends;

        Protocol(String word, boolean base64, boolean json, boolean ends) {
            this.word = word;
            this.base64 = base64;
            this.json = json;
            this.ends = ends;
        }

        /** Its name in {@code Sec-WebSocket-Protocol}. */
        public String word() {
            return word;
        }

        /** The first of a client's protocols that is known, null if none is. */
        public static @Nullable Protocol of(List<String> offered) {
            for (String each : offered.isEmpty() ? List.of("") : offered) {
                for (Protocol known : values()) {
                    if (known.word.equals(each)) {
                        return known;
                    }
                }
            }
            return null;
        }
    }

    public ChannelSocket(WebSocket socket, Protocol protocol) {
        this.socket = socket;
        this.protocol = protocol;
    }

    /** Sends an empty message, by which clients learn that the connection stands. */
    public void greet() throws IOException {
        send(STDOUT, new byte[0], 0);
    }

    @Override
    public void receive(Input input) throws IOException {
        byte[] piece = new byte[PIECE_BYTES];
        while (socket.next()) {
            int count = socket.read(piece, 0, 1);
            if (count < 1) {
                continue;
            }
            int channel = piece[0] & 0xff;
            if (protocol.ends && channel == ENDED) {
                byte[] ended = whole();
                if (ended.length == 1 && ended[0] == STDIN) {
                    input.endStdin();
                }
                continue;
            }
            channel = protocol.base64 ? channel - '0' : channel;
            switch (channel) {
                case STDIN -> stdin(input, piece);
                case RESIZE -> resize(input);
                default -> {} // as Kubernetes does
            }
        }
    }

    private void stdin(Input input, byte[] piece) throws IOException {
        if (protocol.base64) {
            byte[] bytes = decoded();
            input.stdin(bytes, 0, bytes.length);
            return;
        }
        for (int count = socket.read(piece, 0, piece.length); count >= 0; count = socket.read(piece, 0, piece.length)) {
            input.stdin(piece, 0, count);
        }
    }

    private void resize(Input input) throws IOException {
        try {
            JsonNode size = Json.MAPPER.readTree(protocol.base64 ? decoded() : whole());
            int columns = size.path("Width").asInt();
            int rows = size.path("Height").asInt();
            if (columns > 0 && rows > 0) {
                input.resize(columns, rows);
            }
        } catch (JacksonException e) {
            throw new ProtocolException("the size of a terminal is not JSON");
        }
    }

    private byte[] decoded() throws IOException {
        try {
            return Base64.getDecoder().decode(whole());
        } catch (IllegalArgumentException e) {
            throw new ProtocolException("a message is not in base64");
        }
    }

    private byte[] whole() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] piece = new byte[1024];
        for (int count = socket.read(piece, 0, piece.length); count >= 0; count = socket.read(piece, 0, piece.length)) {
            all.write(piece, 0, count);
            if (all.size() > MAX_WHOLE_BYTES) {
                throw new ProtocolException("a message is too long");
            }
        }
        return all.toByteArray();
    }

    @Override
    public void output(boolean error, byte[] bytes, int length) throws IOException {
        send(error ? STDERR : STDOUT, bytes, length);
    }

    @Override
    public void end(ExitStatus status) throws IOException {
        String text = protocol.json ? status.status().toString() : status.message();
        if (!text.isEmpty()) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            send(ERROR, bytes, bytes.length);
        }
        socket.sendClose(WebSocket.NORMAL);
    }

    private void send(int channel, byte[] bytes, int length) throws IOException {
        if (!protocol.base64) {
            socket.send(false, channel, bytes, 0, length);
            return;
        }
        byte[] encoded =
                Base64.getEncoder().encode(length == bytes.length ? bytes : java.util.Arrays.copyOf(bytes, length));
        socket.send(true, '0' + channel, encoded, 0, encoded.length);
    }

    @Override
    public void ping() throws IOException {
        socket.ping();
    }

    @Override
    public void close() {
        socket.close();
    }
}
