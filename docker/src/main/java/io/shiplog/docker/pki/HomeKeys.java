package io.shiplog.docker.pki;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The rule for a cluster's key files: they are made with the cluster. If one is missing later, a start is refused and says what
 * is lost, unless the loss is accepted (docs/adr/0911). Certificates that the authority issues are not among them: a start
 * issues missing ones. Two files have a stricter rule, because the log cannot be read without them: {@link LogKeys} and
 * {@link io.shiplog.events.seal.Keyring} refuse to start without {@code log.key} and {@code secrets.key}.
 */
public final class HomeKeys {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private final Path pki;
    private final Path logKey;

    /**
     * The keys in a home.
     *
     * @param pki its folder
     * @param logKey the key of the MACs; the keys that sign the log's heads are in the same folder
     */
    public HomeKeys(Path pki, Path logKey) {
        this.pki = pki;
        this.logKey = logKey.toAbsolutePath();
    }

    /**
     * How a start treats missing keys.
     *
     * @param exists whether the cluster has a log, so that its keys were made before
     * @param acceptLoss whether missing keys of an existing cluster are made again
     */
    public record Start(boolean exists, boolean acceptLoss) {}

    /**
     * Opens the keys for a start. Makes those of a new cluster, and restricts the private ones to their owner.
     *
     * @param needed by the process
     * @param say takes a line for the user for each loss that was accepted, and for each file whose mode was changed
     * @throws IllegalStateException if keys are missing or damaged; the message names the files, what is lost, and what to do
     * @throws UncheckedIOException if a file cannot be read or written
     */
    public ClusterPki open(String cluster, Set<KeyPart> needed, Start start, Consumer<String> say) {
        Map<KeyPart, List<String>> lost = lost(needed, start.exists());
        if (!start.acceptLoss()) {
            requireNone(lost);
        }
        try {
            for (KeyPart part : lost.keySet()) {
                replace(part, say);
            }
            ClusterPki opened =
                    start.exists() && lost.isEmpty() ? ClusterPki.existing(pki) : ClusterPki.open(pki, cluster);
            new LogKeys(logKey).check();
            restrict(say);
            return opened;
        } catch (IOException e) {
            throw new UncheckedIOException("the keys in %s cannot be used: %s".formatted(pki, e.getMessage()), e);
        }
    }

    /**
     * Checks that an existing cluster has keys, for a command that makes none.
     *
     * @throws IllegalStateException if a file is missing
     */
    public void require(Set<KeyPart> needed) {
        requireNone(lost(needed, true));
    }

    /**
     * What a start of an existing cluster would refuse, without making or changing anything.
     *
     * @return the message of the refusal; empty if no key file is missing
     */
    public Optional<String> missing(Set<KeyPart> needed) {
        Map<KeyPart, List<String>> lost = lost(needed, true);
        return lost.isEmpty()
                ? Optional.empty()
                : Optional.of(String.valueOf(refusal(lost).getMessage()));
    }

    /** Checks that no pair lacks one of its files. */
    void requirePairs(Set<KeyPart> parts) {
        requireNone(lost(parts, false));
    }

    private void requireNone(Map<KeyPart, List<String>> lost) {
        if (!lost.isEmpty()) {
            throw refusal(lost);
        }
    }

    /** Missing files. One file of a pair is never made alone: it would not fit the other. */
    private Map<KeyPart, List<String>> lost(Set<KeyPart> needed, boolean exists) {
        Map<KeyPart, List<String>> lost = new TreeMap<>();
        for (KeyPart part : needed) {
            List<String> missing = part.missing(folder(part));
            boolean made = exists && !(part == KeyPart.LOG_SIGNING && Files.notExists(logKey));
            if (!missing.isEmpty() && (made || missing.size() < part.names().size())) {
                lost.put(part, missing);
            }
        }
        return lost;
    }

    private Path folder(KeyPart part) {
        return part == KeyPart.LOG_SIGNING ? logKey.resolveSibling("") : pki;
    }

    private IllegalStateException refusal(Map<KeyPart, List<String>> lost) {
        return new IllegalStateException(lost.entrySet().stream()
                .map(each -> "  %s. With another one, %s."
                        .formatted(
                                each.getValue().stream()
                                        .map(name -> named(folder(each.getKey()).resolve(name)))
                                        .collect(Collectors.joining(", ")),
                                each.getKey().loss()))
                .collect(Collectors.joining("\n", "keys of this cluster are missing:\n", "\n" + REMEDY)));
    }

    private static final String REMEDY =
            "Restore them with './shiplog keys import FILE', or copy them from a backup of the directory or from another role of this cluster."
                    + " To make new ones instead: --accept-key-loss with 'up' or 'command-side'. Nothing was changed.";

    private static String named(Path file) {
        try {
            return Files.isSymbolicLink(file)
                    ? "%s (a link to %s)".formatted(file, Files.readSymbolicLink(file))
                    : file.toString();
        } catch (IOException e) {
            return file.toString();
        }
    }

    /** Keeps what is left of it under another name; {@link ClusterPki} and {@link KafkaPki} make theirs when they are opened. */
    private void replace(KeyPart part, Consumer<String> say) throws IOException {
        String suffix = ".replaced-" + STAMP.format(Instant.now());
        for (String name : part.names()) {
            Path file = folder(part).resolve(name);
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                Path kept = file.resolveSibling(file.getFileName() + suffix);
                Files.move(file, kept);
                say.accept("Kept %s as %s".formatted(file, kept.getFileName()));
            }
        }
        if (part == KeyPart.LOG_SIGNING) {
            new LogKeys(logKey).makeSigningKey();
        }
        say.accept("New %s: %s".formatted(String.join(", ", part.names()), part.loss()));
    }

    /** Links are left alone: what they lead to is not the home's. */
    private void restrict(Consumer<String> say) throws IOException {
        for (Path folder : List.of(pki, pki.resolve("kafka"))) {
            if (!Files.isDirectory(folder)) {
                continue;
            }
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.filter(HomeKeys::isPrivate).sorted().toList()) {
                    Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
                    if (!OWNER_ONLY.containsAll(mode)) {
                        Files.setPosixFilePermissions(file, OWNER_ONLY);
                        say.accept("%s had the mode %s: now %s"
                                .formatted(
                                        file,
                                        PosixFilePermissions.toString(mode),
                                        PosixFilePermissions.toString(OWNER_ONLY)));
                    }
                }
            }
        }
    }

    private static boolean isPrivate(Path file) {
        String name = file.getFileName().toString();
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                && (name.contains(".key") || name.contains(".token") || name.equals("client.properties"));
    }
}
