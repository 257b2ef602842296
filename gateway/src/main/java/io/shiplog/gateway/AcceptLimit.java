package io.shiplog.gateway;

import com.sun.management.UnixOperatingSystemMXBean;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ServerChannel;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many TCP connections the front door takes: counted when the kernel hands them over, before TLS, since each costs a file
 * descriptor from then on. The rest of the process's descriptors is kept for the broker, whose log is in files, and for the engine. One
 * address takes at most a share. A connection beyond the limit is closed at once.
 */
final class AcceptLimit {
    /** Kept for the broker, the engine and the process itself. */
    private static final long RESERVE = 600;

    private static final int FEWEST = 64;
    private static final int MOST = 16_384;
    /** One address takes at most three of four connections. */
    private static final double SHARE = 0.75;

    private final int most;
    private final int mostPerAddress;
    private final AtomicInteger all = new AtomicInteger();
    private final ConcurrentHashMap<InetAddress, Integer> byAddress = new ConcurrentHashMap<>();

    /** @param most connections at once */
    AcceptLimit(int most) {
        this.most = most;
        this.mostPerAddress = Math.max(1, (int) (most * SHARE));
    }

    /** By the descriptors that this process may have: half of them, or what the reserve leaves. */
    static AcceptLimit ofProcess() {
        return new AcceptLimit(
                ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                        ? connections(unix.getMaxFileDescriptorCount())
                        : MOST);
    }

    static int connections(long descriptors) {
        return (int) Math.clamp(descriptors - Math.max(descriptors / 2, RESERVE), FEWEST, MOST);
    }

    /** Takes a connection, or says false. */
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
                SocketAddress remote = child.remoteAddress();
                InetAddress address = remote instanceof InetSocketAddress inet ? inet.getAddress() : null;
                if (address != null) {
                    if (!enter(address)) {
                        child.unsafe().closeForcibly();
                        return;
                    }
                    child.closeFuture().addListener(closed -> leave(address));
                }
            }
            context.fireChannelRead(message);
        }
    }
}
