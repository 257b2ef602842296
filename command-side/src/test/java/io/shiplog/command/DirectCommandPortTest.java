package io.shiplog.command;

import io.shiplog.events.command.CommandPort;

/** The command side in the same process. */
class DirectCommandPortTest extends CommandPortContract {
    @Override
    protected CommandPort port() {
        return cluster.side();
    }
}
