package io.shiplog.lawless.command.axon;

public final class MakesState {
    public Object state() {
        return new StoredObject();
    }

    /** Named like an object's state, which only evolve may create. */
    static final class StoredObject {
        StoredObject() {}
    }
}
