package io.shiplog.node.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One request and its answer on a connection of its own. Blocking.
 *
 * @param in what follows the head
 * @param caller the distinguished name of the client's certificate
 * @param connection closing it ends every read and write
 */
record Conversation(RequestHead head, InputStream in, OutputStream out, String caller, Socket connection) {

    /** Answers with a text. */
    void answer(int code, String text) throws IOException {
        answer(code, "text/plain; charset=utf-8", text, Map.of());
    }

    /** Answers with a text of a type, and with more headers. */
    void answer(int code, String contentType, String text, Map<String, String> more) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Map<String, String> headers = new LinkedHashMap<>(more);
        headers.put("Content-Type", contentType);
        headers.put("Content-Length", Integer.toString(bytes.length));
        headers.put("Connection", "close");
        head(code, headers);
        out.write(bytes);
        out.flush();
    }

    /** Sends the head of an answer whose length is not known. Closing the stream ends the answer. */
    OutputStream body(String contentType) throws IOException {
        head(200, Map.of("Content-Type", contentType, "Transfer-Encoding", "chunked", "Connection", "close"));
        out.flush();
        return new ChunkedOutput(out);
    }

    /** Leaves HTTP. What follows belongs to another protocol. */
    void upgrade(String protocol, Map<String, String> headers) throws IOException {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.put("Connection", "Upgrade");
        all.put("Upgrade", protocol);
        head(101, all);
        out.flush();
    }

    private void head(int code, Map<String, String> headers) throws IOException {
        StringBuilder text = new StringBuilder("HTTP/1.1 %d %s\r\n".formatted(code, code == 101 ? "Switching" : "_"));
        headers.forEach(
                (name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
        out.write(text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    }
}
