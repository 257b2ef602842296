package io.shiplog.docker.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** The server under load. {@code authorization} is empty for none. */
record Target(String host, int port, boolean tls, String authorization, SSLContext context) {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private static final int HTTPS_PORT = 443;
    private static final int HTTP_PORT = 80;

    /** @throws IllegalArgumentException if the URL is not {@code https://host[:port]} or {@code http://host[:port]} */
    static Target of(String url, String token, SSLContext context) {
        URI uri = URI.create(url);
        boolean tls = "https".equals(uri.getScheme());
        if (uri.getHost() == null || !(tls || "http".equals(uri.getScheme()))) {
            throw new IllegalArgumentException("not a server's URL: " + url + " (like https://127.0.0.1:6443)");
        }
        int port = uri.getPort() >= 0 ? uri.getPort() : tls ? HTTPS_PORT : HTTP_PORT;
        return new Target(uri.getHost(), port, tls, token.isEmpty() ? "" : "Bearer " + token, context);
    }

    HttpConnection connect() throws IOException {
        Socket plain = new Socket();
        try {
            plain.setTcpNoDelay(true);
            int patience = (int) CONNECT_TIMEOUT.toMillis();
            plain.connect(new InetSocketAddress(host, port), patience);
            plain.setSoTimeout(patience);
            Socket socket = tls ? secured(plain) : plain;
            // From here on another thread supervises all connections: a timed read costs more than a plain one.
            socket.setSoTimeout(0);
            return new HttpConnection(socket, this);
        } catch (IOException e) {
            plain.close();
            throw e;
        }
    }

    private Socket secured(Socket plain) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }
}
