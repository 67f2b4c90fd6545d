package io.lockstep.libvirt;

import io.lockstep.core.xml.XmlDocument;
import io.lockstep.core.xml.XmlElement;
import io.lockstep.core.xml.XmlOffsets;
import io.lockstep.core.xml.XmlRefusedException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/** Finds disks in XML by the name of their target. */
final class Disks {

    private Disks() {}

    /** @return the {@code <disk>} element of a domain's XML, as it is written there */
    static Optional<String> withTarget(String domainXml, String target) throws XmlRefusedException {
        XmlDocument document = read(domainXml);
        return document.root()
                .children("devices")
                .flatMap(d -> d.children("disk"))
                .filter(disk -> target(disk).filter(target::equals).isPresent())
                .findFirst()
                .map(disk -> {
                    XmlOffsets.Place place = XmlOffsets.of(document).of(disk);
                    return document.text().substring(place.start(), place.end());
                });
    }

    /** The target that a {@code <disk>} element names. */
    static String target(String diskXml) throws XmlRefusedException {
        XmlElement root = read(diskXml).root();
        if (!root.name().equals("disk")) {
            throw new XmlRefusedException("it is not a <disk> but a <" + root.name() + ">");
        }
        return target(root).orElseThrow(() -> new XmlRefusedException("it has no <target dev='…'/>"));
    }

    private static Optional<String> target(XmlElement disk) {
        return disk.child("target").flatMap(t -> t.attribute("dev"));
    }

    private static XmlDocument read(String xml) throws XmlRefusedException {
        return XmlDocument.read(
                xml.getBytes(StandardCharsets.UTF_8), Set.of("devices", "disk", "target"), Set.of("dev"));
    }
}
