package io.shiplog.node.engine.memory;

import io.shiplog.node.engine.ContainerSession;
import io.shiplog.node.engine.EngineException;
import io.shiplog.node.engine.EngineException.Why;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A program in a thread, with stdin and output in bounded queues. */
final class MemorySession implements ContainerSession {
    /** Pieces that wait in each direction, as in a kernel's pipe. */
    private static final int PIECES = 8;

    private static final int KILLED = 137;

    private final BlockingQueue<Piece> input = new ArrayBlockingQueue<>(PIECES);
    private final BlockingQueue<Piece> output = new ArrayBlockingQueue<>(PIECES);
    private final CompletableFuture<Integer> exit = new CompletableFuture<>();
    private final Thread thread;
    private volatile String size = "";

    private record Piece(boolean last, boolean error, byte[] bytes) {}

    MemorySession(InMemoryEngine.Program program) {
        thread = Thread.ofVirtual().unstarted(() -> run(program));
        thread.start();
    }

    private void run(InMemoryEngine.Program program) {
        int code = KILLED;
        try {
            code = program.run(new Stdin(), new Out(false), new Out(true), () -> size);
        } catch (Interrupted | InterruptedException e) {
            code = KILLED;
        } catch (IOException e) {
            code = 1;
        } finally {
            exit.complete(code);
            last();
        }
    }

    /** The end comes behind all output. That of a killed program is dropped: there may be no reader. */
    private void last() {
        Piece last = new Piece(true, false, new byte[0]);
        if (Thread.interrupted()) {
            output.clear();
        }
        try {
            output.put(last);
        } catch (InterruptedException e) {
            output.clear();
            boolean unused = output.offer(last);
        }
    }

    private static final class Interrupted extends IOException {
        private static final long serialVersionUID = 1L;
    }

    private final class Stdin extends InputStream {
        private byte[] current = new byte[0];
        private int at;
        private boolean ended;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            while (at == current.length && !ended) {
                Piece next = taken(input);
                ended = next.last();
                current = next.bytes();
                at = 0;
            }
            if (at == current.length) {
                return -1;
            }
            int count = Math.min(length, current.length - at);
            System.arraycopy(current, at, bytes, offset, count);
            at += count;
            return count;
        }
    }

    private final class Out extends OutputStream {
        private final boolean error;

        Out(boolean error) {
            this.error = error;
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            put(output, new Piece(false, error, Arrays.copyOfRange(bytes, offset, offset + length)));
        }
    }

    private static Piece taken(BlockingQueue<Piece> queue) throws IOException {
        try {
            return queue.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Interrupted();
        }
    }

    private static void put(BlockingQueue<Piece> queue, Piece piece) throws IOException {
        try {
            queue.put(piece);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Interrupted();
        }
    }

    @Override
    public void copyOutput(Output to) throws IOException {
        for (Piece next = taken(output); !next.last(); next = taken(output)) {
            to.take(next.error(), next.bytes(), next.bytes().length);
        }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (exit.isDone()) {
            throw new IOException("the process has ended");
        }
        put(input, new Piece(false, false, Arrays.copyOfRange(bytes, offset, offset + length)));
    }

    @Override
    public void endInput() throws IOException {
        put(input, new Piece(true, false, new byte[0]));
    }

    @Override
    public void resize(int columns, int rows) {
        size = columns + "x" + rows;
    }

    @Override
    public int exitCode() {
        @Nullable Integer code = exit.getNow(null);
        if (code == null) {
            throw new EngineException(Why.TIMED_OUT, "the command still runs");
        }
        return code;
    }

    @Override
    public void kill() {
        thread.interrupt();
    }

    /** Whether the program has ended. */
    CompletableFuture<Integer> ended() {
        return exit;
    }

    @Override
    public void close() {}
}
