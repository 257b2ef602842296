package io.shiplog.docker.launch.assembly;

import io.shiplog.docker.home.ClusterSettings;
import io.shiplog.docker.home.Kubeconfig;
import io.shiplog.docker.home.ShiplogHome;
import io.shiplog.docker.home.UserKubeconfig;
import io.shiplog.docker.pki.ClusterPki;
import io.shiplog.docker.pki.Identity;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The admin's access: a kubeconfig in the home, and a context in the user's own. */
public final class AdminAccess {
    private AdminAccess() {}

    /** Writes the home's kubeconfig. */
    public static Kubeconfig write(ShiplogHome home, ClusterSettings settings, ClusterPki pki) {
        return write(home, settings, pki, settings.cluster());
    }

    /** Writes the home's kubeconfig with a context of this name. */
    public static Kubeconfig write(ShiplogHome home, ClusterSettings settings, ClusterPki pki, String context) {
        pki.identify(Identity.admin());
        try {
            Kubeconfig config = new Kubeconfig(
                    context,
                    "https://127.0.0.1:" + settings.port(),
                    pki.authority(),
                    pki.certificate(Identity.admin()),
                    pki.key(Identity.admin()),
                    pki.adminToken());
            config.write(home.kubeconfig());
            return config;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + home.kubeconfig() + ": " + e.getMessage(), e);
        }
    }

    /** Writes the home's kubeconfig and makes the cluster the user's current context. */
    public static void announce(ShiplogHome home, ClusterSettings settings, ClusterPki pki) {
        Kubeconfig config = write(home, settings, pki);
        try {
            config.mergeInto(UserKubeconfig.file());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + UserKubeconfig.file() + ": " + e.getMessage(), e);
        }
    }
}
