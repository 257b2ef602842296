package io.shiplog.gateway;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates the Vert.x servers: event loops, TLS, limits. */
final class Transport {
    private static final Logger LOG = LoggerFactory.getLogger(Transport.class);
    /** Each followed log and each stream holds a connection to its node. */
    private static final int MAX_CONNECTIONS_PER_RUNNER = 640;

    private static final int MAX_ANSWER_HEADER_BYTES = 64 * 1024;
    private static final int MAX_LINE_BYTES = 32 * 1024;
    private static final int WORKERS = 2;

    private Transport() {}

    static int eventLoops(GatewayConfig config) {
        return config.eventLoops() > 0
                ? config.eventLoops()
                : Runtime.getRuntime().availableProcessors();
    }

    static Vertx vertx(GatewayConfig config, AcceptLimit limit) {
        return Vertx.builder()
                .with(new VertxOptions()
                        .setEventLoopPoolSize(eventLoops(config))
                        .setWorkerPoolSize(WORKERS)
                        .setInternalBlockingPoolSize(WORKERS))
                .withTransport(LimitedTransport.fastest(limit))
                .build();
    }

    static HttpServerOptions server(GatewayConfig config) {
        GatewayLimits limits = config.limits();
        HttpServerOptions options = new HttpServerOptions()
                .setSsl(true)
                .setUseAlpn(true)
                .setAlpnVersions(List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1))
                .setClientAuth(ClientAuth.REQUEST)
                .setKeyCertOptions(key(config.server()))
                .setTrustOptions(trust(config.server()))
                .setMaxHeaderSize(limits.headerBytes())
                .setMaxInitialLineLength(MAX_LINE_BYTES)
                .setIdleTimeout(Math.toIntExact(limits.idle().toMillis()))
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setSslHandshakeTimeout(Connections.FIRST_REQUEST.toMillis())
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                .setTcpNoDelay(true)
                .setTcpKeepAlive(true)
                .setCompressionSupported(false);
        options.getInitialSettings().setMaxHeaderListSize(limits.headerBytes());
        if (OpenSSLEngineOptions.isAvailable() && OpenSSLEngineOptions.isAlpnAvailable()) {
            options.setSslEngineOptions(new OpenSSLEngineOptions());
        } else {
            LOG.info("OpenSSL is not available on this platform: TLS by the JDK, at about twice the CPU");
        }
        return options;
    }

    static HttpClient runners(Vertx vertx, GatewayConfig config) {
        return vertx.createHttpClient(client(config), new PoolOptions().setHttp1MaxSize(MAX_CONNECTIONS_PER_RUNNER));
    }

    /** For requests that a node passes on to a pod, whose answers are the pod's: no connection is used twice. */
    static HttpClient proxied(Vertx vertx, GatewayConfig config) {
        return vertx.createHttpClient(
                client(config)
                        .setKeepAlive(false)
                        .setMaxHeaderSize(MAX_ANSWER_HEADER_BYTES)
                        .setMaxInitialLineLength(MAX_LINE_BYTES),
                new PoolOptions().setHttp1MaxSize(MAX_CONNECTIONS_PER_RUNNER));
    }

    private static HttpClientOptions client(GatewayConfig config) {
        return new HttpClientOptions()
                .setSsl(true)
                .setKeyCertOptions(key(config.runners()))
                .setTrustOptions(trust(config.runners()))
                .setVerifyHost(true)
                .setConnectTimeout(5_000);
    }

    private static PemKeyCertOptions key(PemFiles files) {
        return new PemKeyCertOptions()
                .setCertPath(files.certificate().toString())
                .setKeyPath(files.key().toString());
    }

    private static PemTrustOptions trust(PemFiles files) {
        return new PemTrustOptions().addCertPath(files.authority().toString());
    }
}
