package io.shiplog.events.seal;

class InMemoryKeyStoreTest extends KeyStoreContract {
    private final InMemoryKeyStore store = new InMemoryKeyStore();

    @Override
    protected KeyStore store() {
        return store;
    }
}
