package io.shiplog.gateway;

import com.sun.management.UnixOperatingSystemMXBean;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ServerChannel;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Limits the TCP connections of the API server: counted when the kernel hands them over, before TLS, since each holds a file
 * descriptor from then on. The rest of the process's descriptors is reserved for the broker's log files and the engine. One
 * address takes at most a share. A connection over the limit replaces the oldest one that has sent no request yet, so that idle
 * connections keep no client out; if each has sent one, it is closed at once.
 */
final class AcceptLimit {
    /** Reserved for the broker, the engine and the process itself. */
    private static final long RESERVE = 600;

    private static final int FEWEST = 64;
    private static final int MOST = 16_384;
    /** One address takes at most three of four connections. */
    private static final double SHARE = 0.75;

    /** How many replaced connections may still be closing and hold their descriptor. */
    private static final int CLOSING = 64;

    private final int most;
    private final int mostPerAddress;
    private final AtomicInteger all = new AtomicInteger();
    private final ConcurrentHashMap<InetAddress, Integer> byAddress = new ConcurrentHashMap<>();
    /** Oldest first; guarded by itself. */
    private final Map<Peer, Channel> silent = new LinkedHashMap<>();

    /** The remote end of a connection. */
    record Peer(InetAddress address, int port) {}

    /** @param most maximum number of connections */
    AcceptLimit(int most) {
        this.most = most;
        this.mostPerAddress = Math.max(1, (int) (most * SHARE));
    }

    /** From the file descriptors of this process: half of them, or what the reserve leaves. */
    static int ofProcess() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? connections(unix.getMaxFileDescriptorCount())
                : MOST;
    }

    static int connections(long descriptors) {
        return (int) Math.clamp(descriptors - Math.max(descriptors / 2, RESERVE), FEWEST, MOST);
    }

    /** Accepts a connection, or returns false. */
    boolean enter(InetAddress address) {
        if (all.incrementAndGet() > most) {
            all.decrementAndGet();
            return false;
        }
        if (byAddress.merge(address, 1, Integer::sum) > mostPerAddress) {
            leave(address);
            return false;
        }
        return true;
    }

    /** Accepts a connection in place of a silent one, which is closed; false if there is none to replace. */
    private boolean replace(InetAddress address) {
        @Nullable Channel oldest;
        synchronized (silent) {
            int own = byAddress.getOrDefault(address, 0);
            if (all.get() >= most + CLOSING || own >= mostPerAddress + CLOSING) {
                return false;
            }
            boolean ownShare = own >= mostPerAddress;
            Peer peer = silent.keySet().stream()
                    .filter(each -> !ownShare || each.address().equals(address))
                    .findFirst()
                    .orElse(null);
            if (peer == null) {
                return false;
            }
            oldest = silent.remove(peer);
        }
        all.incrementAndGet();
        byAddress.merge(address, 1, Integer::sum);
        if (oldest != null) {
            oldest.close();
        }
        return true;
    }

    /** A connection has sent a request: it is no longer replaced. */
    void spoke(Peer peer) {
        synchronized (silent) {
            silent.remove(peer);
        }
    }

    void leave(InetAddress address) {
        all.decrementAndGet();
        byAddress.computeIfPresent(address, (each, count) -> count == 1 ? null : count - 1);
    }

    /** Guards a listening channel. */
    <C extends ServerChannel> C guard(C listening) {
        listening.pipeline().addFirst(new Door());
        return listening;
    }

    private final class Door extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof Channel child) {
                Peer peer = child.remoteAddress() instanceof InetSocketAddress inet
                        ? new Peer(inet.getAddress(), inet.getPort())
                        : null;
                if (peer != null) {
                    if (!enter(peer.address()) && !replace(peer.address())) {
                        child.unsafe().closeForcibly();
                        return;
                    }
                    synchronized (silent) {
                        silent.put(peer, child);
                    }
                    child.closeFuture().addListener(closed -> {
                        spoke(peer);
                        afterRelease(child, () -> leave(peer.address()));
                    });
                }
            }
            context.fireChannelRead(message);
        }

        /**
         * The kernel gets a closed socket's descriptor back when its event loop selects again; until then the connection counts.
         *
         * @see java.nio.channels.SelectionKey#cancel()
         */
        private void afterRelease(Channel closed, Runnable leaves) {
            if (closed.eventLoop().isShuttingDown()) {
                leaves.run();
                return;
            }
            try {
                closed.eventLoop().schedule(leaves, 1, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                leaves.run();
            }
        }
    }
}
