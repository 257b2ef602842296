package io.shiplog.docker.pki;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Key files in a cluster's pki folder that are made together, once, and cannot be made a second time without a loss. */
public enum KeyPart {
    AUTHORITY(
            List.of("ca.crt", "ca.key"),
            "kubeconfigs on other machines, other roles and clients in pods trust only the old authority"),
    SERVICE_ACCOUNTS(List.of("sa.key", "sa.pub"), "ServiceAccount tokens issued before are refused"),
    ADMIN_TOKEN(List.of("admin.token"), "the admin's old bearer token is refused"),
    LOG_SIGNING(
            List.of(LogKeys.SIGNING, LogKeys.VERIFYING),
            "heads of the log are signed with another key, and the old signatures cannot be checked without the old "
                    + LogKeys.VERIFYING),
    BROKER(
            List.of("kafka/ca.crt", "kafka/ca.key"),
            "certificates of subscribers are refused: './shiplog subscriber add' issues others");

    private final List<String> names;
    private final String loss;

    KeyPart(List<String> names, String loss) {
        this.names = names;
        this.loss = loss;
    }

    /** Its files, relative to the pki folder. */
    List<String> names() {
        return names;
    }

    /** What is lost if it is made again. */
    String loss() {
        return loss;
    }

    /** Its files that do not exist. A link to a file that does not exist counts as missing. */
    List<String> missing(Path folder) {
        return names.stream()
                .filter(name -> !Files.exists(folder.resolve(name)))
                .toList();
    }
}
