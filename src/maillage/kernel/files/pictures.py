"""Pictures that people send: read for what they are, drawn again, without what they carry along."""

from __future__ import annotations

import secrets
import warnings
from io import BytesIO

from django.core.files.base import ContentFile, File
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

SIZE_BYTES_MAX = 12 * 1024 * 1024
SIDE_PIXELS_MAX = 12_000
PIXELS_MAX = 60_000_000
SHOWN_SIDE_PIXELS_MAX = 1_600
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


class BadPictureError(ValueError):
    """The file is not a picture that can be shown; the message is a sentence for the person."""


def reencode(upload: File, *, side_pixels_max: int = SHOWN_SIDE_PIXELS_MAX) -> ContentFile:
    """A WebP of the picture, upright, at most `side_pixels_max` wide and high, without EXIF, place or profile.

    Only the first image of an animation is kept. Its name cannot be guessed. Raises BadPictureError.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        picture = ImageOps.exif_transpose(_open(upload))
        picture.thumbnail((side_pixels_max, side_pixels_max), Image.Resampling.LANCZOS, reducing_gap=2.0)
        transparent = picture.has_transparency_data
        clean = picture.convert("RGBA" if transparent else "RGB")
        clean.info.clear()
        out = BytesIO()
        clean.save(out, format="WEBP", quality=82, method=4)
    return ContentFile(out.getvalue(), name=f"{secrets.token_hex(10)}.webp")


def _open(upload: File) -> Image.Image:
    """The decoded picture; its announced size is judged before one pixel is decoded."""
    if upload.size > SIZE_BYTES_MAX:
        raise BadPictureError(
            _("This picture weighs more than %(size)s MB. Choose a lighter one.")
            % {"size": SIZE_BYTES_MAX // (1024 * 1024)}
        )
    upload.seek(0)
    try:
        picture = Image.open(upload, formats=FORMATS)
        width, height = picture.size
        if max(width, height) > SIDE_PIXELS_MAX or width * height > PIXELS_MAX:
            raise BadPictureError(
                _(
                    "This picture is %(width)s pixels wide and %(height)s high: too large. The longest side may have %(max)s pixels."
                )
                % {"width": width, "height": height, "max": SIDE_PIXELS_MAX}
            )
        if min(width, height) < 1:
            raise BadPictureError(_("This picture is empty."))
        picture.load()
    except BadPictureError:
        raise
    except UnidentifiedImageError:
        raise BadPictureError(
            _("This file is not a picture that we can read. Send a JPEG, PNG, WebP or GIF file.")
        ) from None
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise BadPictureError(_("This picture is damaged. Save it again, or choose another one.")) from None
    return picture
