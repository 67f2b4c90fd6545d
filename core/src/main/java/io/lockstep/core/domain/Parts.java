package io.lockstep.core.domain;

import java.util.Set;

/** The elements and attributes of a domain's XML that can name a block device, and those that identify the domain. */
final class Parts {

    static final Set<String> ELEMENTS = Set.of(
            "uuid",
            "name",
            "metadata",
            DomainXml.TOKEN,
            "os",
            "loader",
            "nvram",
            "varstore",
            "devices",
            "disk",
            "filesystem",
            "tpm",
            "backend",
            "source",
            "dataStore",
            "backingStore",
            "mirror",
            "target",
            "readonly",
            "shareable",
            "transient");

    static final Set<String> ATTRIBUTES =
            Set.of("id", "type", "device", "dev", "dir", "file", "path", "pool", "volume", "readonly", "shareBacking");

    private Parts() {}
}
