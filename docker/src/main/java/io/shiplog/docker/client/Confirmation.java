package io.shiplog.docker.client;

import java.io.Console;

/** Asks the person at the terminal before something that cannot be undone. */
public final class Confirmation {
    private Confirmation() {}

    /** Whether the answer is yes. Says so where there is nobody to ask, or the answer is another one. */
    public static boolean of(String question) {
        Console console = System.console();
        if (console == null || !console.isTerminal()) {
            System.err.println("shiplog: there is nobody to ask: say --yes.");
        } else if ("yes".equals(console.readLine("%s (yes/no) ", question))) {
            return true;
        }
        System.err.println("Nothing was changed.");
        return false;
    }
}
