package io.shiplog.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.shiplog.projections.access.Access;
import io.shiplog.projections.access.Authorizer;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Requests that their client resets at once.
 *
 * @see <a href="https://nvd.nist.gov/vuln/detail/CVE-2023-44487">CVE-2023-44487</a>
 */
@Timeout(60)
class RapidResetTest extends ClusterTest {
    private static final int REQUESTS = 20_000;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int GOAWAY = 7;
    private static final int CANCEL = 8;
    private static final int ENHANCE_YOUR_CALM = 11;
    /** END_STREAM and END_HEADERS. */
    private static final int WHOLE = 5;

    private final PrintStream err = System.err;
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();

    @Override
    Authorizer authorizer() {
        return (image, request) -> new Access(true, "");
    }

    @BeforeEach
    void captureTheLog() {
        System.setErr(new PrintStream(log, true, UTF_8));
    }

    @AfterEach
    void releaseTheLog() {
        System.setErr(err);
    }

    @Test
    void theConnectionIsEnded_othersAreServed_andNoStackTraceIsLogged() throws Exception {
        try (SSLSocket socket = connect()) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            CompletableFuture<Integer> end = CompletableFuture.supplyAsync(() -> reasonOfTheEnd(in));

            flood(new DataOutputStream(socket.getOutputStream()));

            admin.get(CONFIG_MAPS).is(200);
            assertEquals(ENHANCE_YOUR_CALM, end.get(30, TimeUnit.SECONDS));
        }
        admin.get(CONFIG_MAPS).is(200);
        String logged = log.toString(UTF_8);
        assertFalse(logged.contains("\tat "), logged);
    }

    private SSLSocket connect() throws IOException {
        SSLSocket socket = (SSLSocket) Api.sslContext(cluster.pki.authority(), null)
                .getSocketFactory()
                .createSocket("127.0.0.1", cluster.gateway.port());
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    /** Writes until the server closes the connection. */
    private static void flood(DataOutputStream out) {
        byte[] headers = headers();
        try {
            out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
            frame(out, SETTINGS, 0, 0, new byte[0]);
            for (int stream = 1; stream < 2 * REQUESTS; stream += 2) {
                frame(out, HEADERS, WHOLE, stream, headers);
                frame(out, RST_STREAM, 0, stream, new byte[] {0, 0, 0, CANCEL});
            }
        } catch (IOException e) {
            // The server closed the connection: as it should.
        }
    }

    private static void frame(DataOutputStream out, int type, int flags, int stream, byte[] payload)
            throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream frame = new DataOutputStream(bytes);
        frame.writeByte(payload.length >> 16);
        frame.writeShort(payload.length);
        frame.writeByte(type);
        frame.writeByte(flags);
        frame.writeInt(stream);
        frame.write(payload);
        out.write(bytes.toByteArray());
    }

    /**
     * A GET by alice, as literals without indexing.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc7541#appendix-A">HPACK's static table</a>
     */
    private static byte[] headers() {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.write(0x82); // :method GET
        block.write(0x87); // :scheme https
        literal(block, new byte[] {0x04}, CONFIG_MAPS); // :path
        literal(block, new byte[] {0x01}, "127.0.0.1"); // :authority
        literal(block, new byte[] {0x0f, 0x08}, "Bearer " + ClusterInMemory.ALICE_TOKEN); // authorization
        return block.toByteArray();
    }

    private static void literal(ByteArrayOutputStream block, byte[] name, String value) {
        block.writeBytes(name);
        block.write(value.length());
        block.writeBytes(value.getBytes(US_ASCII));
    }

    /** The error code of the GOAWAY frame, -1 if the connection ends without one. */
    private static int reasonOfTheEnd(DataInputStream in) {
        int reason = -1;
        try {
            while (true) {
                int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
                int type = in.readUnsignedByte();
                in.readUnsignedByte();
                in.readInt();
                byte[] payload = in.readNBytes(length);
                reason = type == GOAWAY ? payload[7] : reason;
            }
        } catch (IOException e) {
            return reason;
        }
    }
}
