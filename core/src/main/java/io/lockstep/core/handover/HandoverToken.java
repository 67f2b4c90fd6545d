package io.lockstep.core.handover;

import io.lockstep.core.domain.DomainXml;
import io.lockstep.core.xml.XmlDocument;
import io.lockstep.core.xml.XmlElement;
import io.lockstep.core.xml.XmlOffsets;
import io.lockstep.core.xml.XmlRefusedException;
import java.util.List;

/**
 * The element in a domain's metadata that tells the {@code prepare} of an incoming migration from that of a start.
 *
 * <p>libvirt takes what {@code migrate} prints for the domain's XML, and whatever else changed in it might be held against the
 * migration: so nothing else does, not even a space.
 */
public final class HandoverToken {

    private HandoverToken() {}

    /**
     * The document with this token and no other.
     *
     * @throws IllegalArgumentException for whatever {@link DomainXml} refuses, with its reason
     */
    public static String insert(byte[] xml, HandoverId id) {
        if (DomainXml.parse(xml) instanceof DomainXml.Refused refused) {
            throw new IllegalArgumentException(refused.reason());
        }
        try {
            return insert(DomainXml.document(xml), element(id));
        } catch (XmlRefusedException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static String element(HandoverId id) {
        return "<lockstep:handover xmlns:lockstep='urn:lockstep:v1' id='" + id + "'/>";
    }

    private static String insert(XmlDocument document, String element) {
        XmlOffsets offsets = XmlOffsets.of(document);
        XmlElement domain = document.root();
        List<XmlOffsets.Place> older = domain.children("metadata")
                .flatMap(m -> m.children(DomainXml.TOKEN))
                .map(offsets::of)
                .toList();
        StringBuilder text = new StringBuilder(document.text());
        if (!older.isEmpty()) {
            // From the last to the first, so that the offsets before stay right.
            for (XmlOffsets.Place place : older.reversed()) {
                text.replace(place.start(), place.end(), place.equals(older.getFirst()) ? element : "");
            }
        } else if (domain.child("metadata").isPresent()) {
            intoMetadata(text, offsets.of(domain.child("metadata").get()), element);
        } else {
            XmlOffsets.Place uuid = offsets.of(domain.child("uuid").orElseThrow());
            String metadata = "<metadata>" + element + "</metadata>";
            text.insert(uuid.end(), indentation(document.text(), uuid.start()) + metadata);
        }
        return text.toString();
    }

    private static void intoMetadata(StringBuilder text, XmlOffsets.Place metadata, String element) {
        if (metadata.hasEndTag()) {
            text.insert(metadata.startTagEnd(), element);
        } else {
            text.replace(metadata.end() - 2, metadata.end(), ">" + element + "</metadata>");
        }
    }

    /** The white space before an element, so that a new one after it stands on a line of its own where it does. */
    private static String indentation(String text, int start) {
        int from = start;
        while (Character.isWhitespace(text.charAt(from - 1))) {
            from--;
        }
        return text.substring(from, start);
    }
}
