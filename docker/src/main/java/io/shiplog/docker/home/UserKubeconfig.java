package io.shiplog.docker.home;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;

/** The user's own kubeconfig: the first file of {@code $KUBECONFIG}, else {@code ~/.kube/config}. */
public final class UserKubeconfig {
    private UserKubeconfig() {}

    public static Path file() {
        String variable = System.getenv("KUBECONFIG");
        if (variable != null && !variable.isBlank()) {
            return Path.of(variable.split(File.pathSeparator, 2)[0]);
        }
        return userHome().resolve(".kube").resolve("config");
    }

    /** The user's home as the shell and kubectl see it, {@code $HOME}; Java derives its own from the account. */
    public static Path userHome() {
        String home = System.getenv("HOME");
        return Path.of(home == null || home.isBlank() ? System.getProperty("user.home") : home);
    }

    /** Removes the context, cluster and user of that name. */
    public static void forget(String context) throws IOException {
        Kubeconfig.removeFrom(file(), context);
    }
}
