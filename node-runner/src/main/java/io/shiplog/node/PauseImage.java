package io.shiplog.node;

import io.shiplog.node.engine.ContainerEngine;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

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
    private static final int BLOCK = 512;

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

    /** A tar of two files, in a format simple enough to write by hand. */
    private static byte[] context(byte[] program) {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        entry(tar, "Dockerfile", 0644, DOCKERFILE.getBytes(StandardCharsets.UTF_8));
        entry(tar, "pause", 0755, program);
        tar.writeBytes(new byte[2 * BLOCK]);
        return tar.toByteArray();
    }

    private static void entry(ByteArrayOutputStream tar, String name, int mode, byte[] content) {
        byte[] header = new byte[BLOCK];
        put(header, 0, name);
        put(header, 100, "%07o".formatted(mode));
        put(header, 108, "%07o".formatted(0));
        put(header, 116, "%07o".formatted(0));
        put(header, 124, "%011o".formatted(content.length));
        put(header, 136, "%011o".formatted(0));
        Arrays.fill(header, 148, 156, (byte) ' ');
        header[156] = '0';
        put(header, 257, "ustar\00000");
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, 148, "%06o\0 ".formatted(sum));
        tar.writeBytes(header);
        tar.writeBytes(content);
        tar.writeBytes(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
