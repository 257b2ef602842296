package io.shiplog.lawless.command.decide;

public final class StartsThreads {
    public Thread start(Runnable work) {
        return Thread.startVirtualThread(work);
    }
}
