package io.shiplog.lawless.command.decide;

import java.nio.file.Files;
import java.nio.file.Path;

public final class ReadsFiles {
    public boolean isThere(Path path) {
        return Files.exists(path);
    }
}
