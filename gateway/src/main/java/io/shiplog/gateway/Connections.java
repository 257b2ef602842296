package io.shiplog.gateway;

import io.shiplog.gateway.http.Exchange;
import io.shiplog.gateway.identity.ClientCertificates;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.SocketAddressImpl;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Connections after their TLS handshake. Idle ones are closed, to release their file descriptor. */
final class Connections implements Handler<HttpConnection> {
    /** The deadline for the header of a connection's first request. */
    static final Duration FIRST_REQUEST = Duration.ofSeconds(10);

    /** How long a connection may stay idle between requests; as kube-apiserver's idle timeout. */
    static final Duration IDLE = Duration.ofSeconds(90);

    /** How long its close may wait for what the client has not read. */
    private static final Duration CLOSING = Duration.ofSeconds(5);

    private final ClientCertificates certificates;
    private final AcceptLimit limit;
    private final Map<HttpConnection, Use> open = new ConcurrentHashMap<>();

    Connections(ClientCertificates certificates, AcceptLimit limit) {
        this.certificates = certificates;
        this.limit = limit;
    }

    /** Guarded by itself; requests of one connection come on one thread, the sweep on another. */
    private static final class Use {
        private long since = System.nanoTime();
        private int underWay;
        private boolean asked;

        /** True for the first request. */
        synchronized boolean began() {
            boolean first = !asked;
            asked = true;
            underWay++;
            return first;
        }

        synchronized void ended() {
            underWay--;
            since = System.nanoTime();
        }

        /** How long it has been idle beyond what it may; negative if it has not. */
        synchronized Duration overdue(long now) {
            return underWay > 0
                    ? Duration.ofNanos(-1)
                    : Duration.ofNanos(now - since).minus(asked ? IDLE : FIRST_REQUEST);
        }
    }

    @Override
    public void handle(HttpConnection connection) {
        open.put(connection, new Use());
        certificates.opened(connection);
        PostedUpgrades.on(connection);
        connection.closeHandler(closed -> {
            open.remove(connection);
            certificates.closed(connection);
        });
    }

    /** A request has arrived. */
    void began(HttpConnection connection) {
        Use use = open.get(connection);
        if (use != null && use.began()) {
            AcceptLimit.Peer peer = peer(connection.remoteAddress());
            if (peer != null) {
                limit.spoke(peer);
            }
        }
    }

    private static AcceptLimit.@Nullable Peer peer(@Nullable SocketAddress remote) {
        return remote instanceof SocketAddressImpl inet && inet.ipAddress() != null
                ? new AcceptLimit.Peer(inet.ipAddress(), inet.port())
                : null;
    }

    /** A request has been answered. */
    void ended(HttpConnection connection) {
        Use use = open.get(connection);
        if (use != null) {
            use.ended();
        }
    }

    /** Closes idle connections. Called about every second. */
    void sweep(long now) {
        open.forEach((connection, use) -> {
            Duration overdue = use.overdue(now);
            if (overdue.compareTo(CLOSING) > 0) {
                Exchange.abort(connection);
            } else if (overdue.isPositive()) {
                var unused = connection.close();
            }
        });
    }

    /** The number of open connections. */
    int count() {
        return open.size();
    }
}
