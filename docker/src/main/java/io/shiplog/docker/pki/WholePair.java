package io.shiplog.docker.pki;

import java.nio.file.Files;
import java.nio.file.Path;

/** Two files that are made together: a private key, and its certificate or public key. */
final class WholePair {
    private WholePair() {}

    /**
     * Whether neither file exists, so that both may be made.
     *
     * @throws IllegalStateException if only one exists: a new pair would not fit what others trust
     */
    static boolean isMissing(Path folder, String first, String second) {
        boolean hasFirst = Files.exists(folder.resolve(first));
        boolean hasSecond = Files.exists(folder.resolve(second));
        if (hasFirst != hasSecond) {
            throw new IllegalStateException(
                    "%s is missing, but %s exists: copy it from the pki folder of a process of this cluster, or restore your copy. Nothing was changed."
                            .formatted(folder.resolve(hasFirst ? second : first), hasFirst ? first : second));
        }
        return !hasFirst;
    }
}
