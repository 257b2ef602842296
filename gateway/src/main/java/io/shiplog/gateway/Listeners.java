package io.shiplog.gateway;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** One listening server per address and event loop, all on one port: connections are spread over the loops. */
final class Listeners {
    private final List<HttpServer> servers;

    private Listeners(List<HttpServer> servers) {
        this.servers = servers;
    }

    static Future<Listeners> open(
            Vertx vertx, GatewayConfig config, Handler<HttpServerRequest> door, Handler<HttpConnection> opened) {
        int port = config.port() == 0 ? freePort(config.hosts().getFirst()) : config.port();
        List<HttpServer> servers = new CopyOnWriteArrayList<>();
        List<Future<String>> deployed = config.hosts().stream()
                .map(host -> Transport.server(config).setHost(host).setPort(port))
                .map(options -> vertx.deployVerticle(
                        () -> new Listener(options, door, opened, servers),
                        new DeploymentOptions().setInstances(Transport.eventLoops(config))))
                .toList();
        return Future.all(deployed).map(all -> new Listeners(servers));
    }

    /** Each server would pick its own free port: all must share one. */
    private static int freePort(String host) {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getByName(host))) {
            return probe.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException("no free port on " + host, e);
        }
    }

    int port() {
        return servers.getFirst().actualPort();
    }

    /** Stops listening at once and closes connections after their answers, at the latest after {@code grace}. */
    Future<Void> close(Duration grace) {
        return Future.join(servers.stream()
                        .map(server -> server.shutdown(grace.toMillis(), TimeUnit.MILLISECONDS))
                        .toList())
                .mapEmpty();
    }

    private static final class Listener extends AbstractVerticle {
        private final HttpServerOptions options;
        private final Handler<HttpServerRequest> door;
        private final Handler<HttpConnection> opened;
        private final List<HttpServer> servers;

        Listener(
                HttpServerOptions options,
                Handler<HttpServerRequest> door,
                Handler<HttpConnection> opened,
                List<HttpServer> servers) {
            this.options = options;
            this.door = door;
            this.opened = opened;
            this.servers = servers;
        }

        @Override
        public void start(Promise<Void> started) {
            HttpServer server =
                    vertx.createHttpServer(options).requestHandler(door).connectionHandler(opened);
            server.listen()
                    .onSuccess(servers::add)
                    .recover(failure -> Future.failedFuture(notListening(failure)))
                    .<Void>mapEmpty()
                    .onComplete(started);
        }

        /** Says which address it is, and what to do. */
        private Throwable notListening(Throwable failure) {
            return failure instanceof BindException
                    ? new IllegalStateException(
                            "the API server cannot listen at %s:%d: %s. Stop the program that uses it, or choose another port with --port."
                                    .formatted(options.getHost(), options.getPort(), failure.getMessage()),
                            failure)
                    : failure;
        }
    }
}
