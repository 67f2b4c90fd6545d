package io.lockstep.libvirt;

import io.lockstep.core.xml.XmlDocument;
import io.lockstep.core.xml.XmlElement;
import io.lockstep.core.xml.XmlRefusedException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What a storage pool's XML says about where its volumes are. */
final class Pools {

    private Pools() {}

    /** From name to target path. A pool without a path (network storage) is left out, and so is one that cannot be read. */
    static Map<String, String> targets(List<String> pools) {
        Map<String, String> targets = new TreeMap<>();
        for (String pool : pools) {
            root(pool)
                    .ifPresent(root -> text(Optional.of(root), "name")
                            .ifPresent(name ->
                                    text(root.child("target"), "path").ifPresent(path -> targets.put(name, path))));
        }
        return targets;
    }

    private static Optional<XmlElement> root(String pool) {
        try {
            return Optional.of(
                    XmlDocument.read(pool.getBytes(StandardCharsets.UTF_8), Set.of("name", "target", "path"), Set.of())
                            .root());
        } catch (XmlRefusedException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> text(Optional<XmlElement> parent, String child) {
        return parent.flatMap(p -> p.child(child)).map(XmlElement::text).filter(t -> !t.isEmpty());
    }
}
