package io.shiplog.node.stream;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Sockets in the network namespace of a process. A socket stays in the namespace in which it was made, whichever thread uses it later: a thread goes
 * there, makes it, and ends.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/setns.2.html">setns(2)</a>
 */
public final class NetNamespace {
    private static final int CLONE_NEWNET = 0x40000000;
    private static final int O_RDONLY = 0;
    private static final int O_CLOEXEC = 02000000;
    private static final int CONNECT_MILLIS = 5_000;
    private static final String[] LOCALHOST = {"127.0.0.1", "::1"};

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle OPEN = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("open"),
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
            Linker.Option.firstVariadicArg(2));
    private static final MethodHandle SETNS = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("setns"), FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle CLOSE = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("close"), FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private NetNamespace() {}

    /**
     * Connects to a port of localhost, as a process of the namespace would.
     *
     * @param pid a process in the namespace
     * @throws IOException if nothing listens, or the namespace cannot be entered
     */
    public static Socket connect(long pid, int port) throws IOException {
        CompletableFuture<Socket> made = new CompletableFuture<>();
        // A platform thread: a virtual one would leave its carrier in the namespace.
        Thread.ofPlatform().daemon().name("port-forward").start(() -> {
            try {
                enter(pid);
                made.complete(localhost(port));
            } catch (Throwable e) { // whatever it is, the caller must not wait without end
                made.completeExceptionally(e);
            }
        });
        try {
            return made.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
        }
    }

    private static Socket localhost(int port) throws IOException {
        IOException first = null;
        for (String host : LOCALHOST) {
            SocketChannel channel = SocketChannel.open();
            try {
                channel.socket().connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
                channel.socket().setTcpNoDelay(true);
                return channel.socket();
            } catch (IOException e) {
                channel.close();
                first = first == null ? e : first;
            }
        }
        throw first == null ? new ConnectException("no address") : first;
    }

    private static void enter(long pid) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            int descriptor =
                    (int) OPEN.invokeExact(arena.allocateFrom("/proc/" + pid + "/ns/net"), O_RDONLY | O_CLOEXEC);
            if (descriptor < 0) {
                throw new IOException("the pod's network namespace is gone");
            }
            int entered = (int) SETNS.invokeExact(descriptor, CLONE_NEWNET);
            int unused = (int) CLOSE.invokeExact(descriptor);
            if (entered != 0) {
                throw new IOException("the pod's network namespace cannot be entered");
            }
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
