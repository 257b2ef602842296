package io.shiplog.docker.history;

import io.shiplog.projections.history.text.ChangeText.Shown;
import picocli.CommandLine.Option;

/** The display options of objects and changes. */
final class ShownOptions {
    @Option(names = "--show-secrets", description = "show the values of Secrets (default: masked as ***)")
    private boolean secrets;

    @Option(
            names = "--all-fields",
            description =
                    "also fields that are not set by hand: uid, resourceVersion, managedFields, kubectl's last-applied")
    private boolean everything;

    Shown shown() {
        return new Shown(secrets, everything);
    }
}
