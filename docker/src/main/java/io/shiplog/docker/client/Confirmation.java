package io.shiplog.docker.client;

import java.io.Console;

/** Asks the user for confirmation of an irreversible or large operation. */
public final class Confirmation {
    private Confirmation() {}

    /**
     * Returns if the answer is yes.
     *
     * @throws ClientException if it is not, or there is no terminal
     */
    public static void of(String question) {
        Console console = System.console();
        if (console == null || !console.isTerminal()) {
            throw new ClientException("there is no terminal to ask on: give --yes");
        }
        if (!"yes".equals(console.readLine("%s (yes/no) ", question))) {
            throw new ClientException("nothing was changed");
        }
    }
}
