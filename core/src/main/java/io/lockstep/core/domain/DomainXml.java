package io.lockstep.core.domain;

import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.xml.XmlDocument;
import io.lockstep.core.xml.XmlElement;
import io.lockstep.core.xml.XmlRefusedException;
import java.util.List;
import java.util.Optional;

/**
 * A domain's XML, as hooks and libvirt give it, read or refused.
 *
 * <p>Guarantees: whatever the bytes are, reading ends in bounded time and memory, fetches nothing and does not throw. Elements of
 * foreign namespaces never count, so a management system's metadata cannot add or hide a disk.
 */
public sealed interface DomainXml {

    record Parsed(DomainDefinition domain) implements DomainXml {}

    /** @param reason one line for a person */
    record Refused(String reason) implements DomainXml {}

    /** The token's element in its namespace, as {@link XmlElement#name} spells it. */
    String TOKEN = "{urn:lockstep:v1}handover";

    int MOST_DISKS = 4096;

    static DomainXml parse(byte[] xml) {
        try {
            return new Parsed(domain(document(xml).root()));
        } catch (XmlRefusedException e) {
            return new Refused("the domain XML cannot be read: " + e.getMessage());
        }
    }

    /** The parts of the document that say something to Lockstep. */
    static XmlDocument document(byte[] xml) throws XmlRefusedException {
        return XmlDocument.read(xml, Parts.ELEMENTS, Parts.ATTRIBUTES);
    }

    private static DomainDefinition domain(XmlElement root) throws XmlRefusedException {
        if (!root.name().equals("domain")) {
            throw new XmlRefusedException("it is not a <domain> but a <" + root.name() + ">");
        }
        DomainUuid uuid = uuid(root);
        List<DiskSource> disks = DiskSources.of(root);
        if (disks.size() > MOST_DISKS) {
            throw new XmlRefusedException(
                    "it uses " + disks.size() + " block devices; at most " + MOST_DISKS + " are read");
        }
        String name = root.child("name")
                .map(XmlElement::text)
                .filter(n -> !n.isEmpty())
                .orElse(uuid.toString());
        return new DomainDefinition(uuid, name, disks, token(root));
    }

    private static DomainUuid uuid(XmlElement root) throws XmlRefusedException {
        String uuid =
                root.child("uuid").map(XmlElement::text).orElseThrow(() -> new XmlRefusedException("it has no <uuid>"));
        try {
            return DomainUuid.of(uuid);
        } catch (IllegalArgumentException e) {
            throw new XmlRefusedException("its <uuid> is malformed: \"" + uuid + "\"");
        }
    }

    private static Optional<HandoverId> token(XmlElement root) {
        return root.children("metadata")
                .flatMap(m -> m.children(TOKEN))
                .flatMap(t -> t.attribute("id").flatMap(DomainXml::handover).stream())
                .findFirst();
    }

    private static Optional<HandoverId> handover(String id) {
        try {
            return Optional.of(HandoverId.of(id));
        } catch (IllegalArgumentException e) {
            // Anybody may write into metadata; what is no id is no token.
            return Optional.empty();
        }
    }
}
