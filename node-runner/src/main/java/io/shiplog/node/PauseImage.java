package io.shiplog.node;

import io.shiplog.node.engine.ContainerEngine;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * The image of the sandboxes: one small static program. It is built here, from the program in this jar, so that a machine needs
 * neither a registry nor a compiler. Its tag is a digest of the program: a new program is a new image.
 */
final class PauseImage {
    private static final String DOCKERFILE = """
            FROM scratch
            COPY pause /pause
            LABEL io.shiplog.image=pause
            ENTRYPOINT ["/pause"]
            """;

    private PauseImage() {}

    /** The reference of the image, which exists on the machine afterwards. */
    static String ensure(ContainerEngine engine) {
        byte[] program = program(engine.info().architecture());
        String reference = "shiplog/pause:" + digest(program);
        if (engine.image(reference).isEmpty()) {
            engine.build(reference, new ByteArrayInputStream(context(program)));
        }
        return reference;
    }

    private static byte[] program(String architecture) {
        String machine = switch (architecture) {
            case "x86_64", "amd64" -> "amd64";
            case "aarch64", "arm64" -> "arm64";
            default ->
                throw new IllegalStateException("there is no sandbox program for machines of type " + architecture);
        };
        try (InputStream in = PauseImage.class.getResourceAsStream("pause-" + machine)) {
            if (in == null) {
                throw new IllegalStateException("the program pause-" + machine + " is missing from the jar");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String digest(byte[] program) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(program);
            digest.update(DOCKERFILE.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest()).substring(0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** What the engine builds the image from. The same program gives the same bytes. */
    static byte[] context(byte[] program) {
        ByteArrayOutputStream context = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(context)) {
            put(tar, "Dockerfile", 0644, DOCKERFILE.getBytes(StandardCharsets.UTF_8));
            put(tar, "pause", 0755, program);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return context.toByteArray();
    }

    private static void put(TarArchiveOutputStream tar, String name, int mode, byte[] content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setMode(mode);
        entry.setSize(content.length);
        entry.setModTime(FileTime.fromMillis(0));
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }
}
