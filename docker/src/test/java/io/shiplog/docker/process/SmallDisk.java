package io.shiplog.docker.process;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** A disk of its own, small enough to be filled. */
public final class SmallDisk implements AutoCloseable {
    private static final int BLOCK_BYTES = 64 << 10;

    private final Path folder;

    private SmallDisk(Path folder) {
        this.folder = folder;
    }

    /** Mounts one at a folder, which is made; skips the test where that is not allowed. */
    public static SmallDisk mount(Path folder, int mebibytes) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        boolean mounted = "root".equals(System.getProperty("user.name"))
                && run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "tmpfs", folder.toString()) == 0;
        Assumptions.assumeTrue(mounted, "mounting a small disk needs root");
        return new SmallDisk(folder);
    }

    public Path folder() {
        return folder;
    }

    /** Fills it but for so much, to the last byte if it is 0. */
    public void fill(long leaveBytes) throws IOException {
        byte[] block = new byte[BLOCK_BYTES];
        try (OutputStream out = Files.newOutputStream(folder.resolve("filler"))) {
            while (folder.toFile().getUsableSpace() > leaveBytes + block.length) {
                out.write(block);
            }
            if (leaveBytes == 0) {
                out.write(new byte[(int) folder.toFile().getUsableSpace()]);
            }
        }
    }

    /** Takes away what filled it. */
    public void makeRoom() throws IOException {
        Files.delete(folder.resolve("filler"));
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        run("umount", "-l", folder.toString());
    }
}
