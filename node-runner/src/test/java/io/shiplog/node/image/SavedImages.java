package io.shiplog.node.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Archives of images for tests, as an engine saves them. Files belong to the user who runs the test. */
public final class SavedImages {
    private SavedImages() {}

    /** A layer that is being written. */
    public static final class Layer {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes);

        public Layer() {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        }

        public Layer folder(String name, int mode) throws IOException {
            return put(new TarArchiveEntry(name + "/"), mode, "");
        }

        public Layer file(String name, String text) throws IOException {
            return file(name, 0644, text);
        }

        public Layer file(String name, int mode, String text) throws IOException {
            return put(new TarArchiveEntry(name, true), mode, text);
        }

        public Layer link(String name, String target) throws IOException {
            TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
            entry.setLinkName(target);
            return put(entry, 0777, "");
        }

        public Layer hardLink(String name, String target) throws IOException {
            TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_LINK);
            entry.setLinkName(target);
            return put(entry, 0644, "");
        }

        public Layer device(String name) throws IOException {
            return put(new TarArchiveEntry(name, TarConstants.LF_CHR), 0666, "");
        }

        /** Takes a name of the layers below away. */
        public Layer gone(String folder, String name) throws IOException {
            return file(folder + "/.wh." + name, "");
        }

        private Layer put(TarArchiveEntry entry, int mode, String text) throws IOException {
            byte[] content = text.getBytes(StandardCharsets.UTF_8);
            entry.setMode(mode);
            entry.setUserId((int) Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
            entry.setGroupId((int) Files.getAttribute(Path.of("/proc/self"), "unix:gid"));
            entry.setModTime(FileTime.fromMillis(1_000_000_000_000L));
            entry.setSize(content.length);
            tar.putArchiveEntry(entry);
            tar.write(content);
            tar.closeArchiveEntry();
            return this;
        }

        byte[] end() throws IOException {
            tar.close();
            return bytes.toByteArray();
        }
    }

    /** An archive of layers, the lowest first. */
    public static byte[] of(Layer... layers) throws IOException {
        List<byte[]> ended = new ArrayList<>();
        for (Layer layer : layers) {
            ended.add(layer.end());
        }
        return of(ended);
    }

    /** The same with the layers as registries keep them. */
    static byte[] compressed(Layer... layers) throws IOException {
        List<byte[]> ended = new ArrayList<>();
        for (Layer layer : layers) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
                gzip.write(layer.end());
            }
            ended.add(bytes.toByteArray());
        }
        return of(ended);
    }

    private static byte[] of(List<byte[]> layers) throws IOException {
        List<String> names = new ArrayList<>();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            for (int i = 0; i < layers.size(); i++) {
                String name = "layer%d/layer.tar".formatted(i);
                names.add("\"" + name + "\"");
                put(tar, name, layers.get(i));
            }
            // The engine's form for a layer that is the same as another one.
            TarArchiveEntry same = new TarArchiveEntry("same/layer.tar", TarConstants.LF_SYMLINK);
            same.setLinkName("../layer0/layer.tar");
            tar.putArchiveEntry(same);
            tar.closeArchiveEntry();
            names.addFirst("\"same/layer.tar\"");
            put(
                    tar,
                    "manifest.json",
                    "[{\"Layers\":[%s]}]".formatted(String.join(",", names)).getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private static void put(TarArchiveOutputStream tar, String name, byte[] content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }
}
