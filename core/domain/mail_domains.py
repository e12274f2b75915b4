"""Words of shared mailboxes and domains that give addresses to anybody.

Drawn from the providers' own sign-up pages; kept short on purpose: a missing one costs a look in
review, a wrong one a lead.
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FREE_MAIL = _words(
    """
    gmail.com googlemail.com outlook.com outlook.de outlook.fr outlook.es outlook.it
    hotmail.com hotmail.co.uk hotmail.de hotmail.fr hotmail.it hotmail.es hotmail.nl live.com
    live.co.uk live.de live.fr live.nl msn.com yahoo.com yahoo.co.uk yahoo.de yahoo.fr
    yahoo.it yahoo.es yahoo.co.in yahoo.ca yahoo.com.br yahoo.com.au ymail.com rocketmail.com
    aol.com aim.com icloud.com me.com mac.com proton.me protonmail.com pm.me fastmail.com
    fastmail.fm zoho.com zohomail.com gmx.com gmx.de gmx.net gmx.at gmx.ch gmx.us web.de
    t-online.de freenet.de arcor.de posteo.de mailbox.org mail.com email.com usa.com mail.ru
    bk.ru inbox.ru list.ru yandex.ru yandex.com ya.ru rambler.ru qq.com 163.com 126.com
    sina.com foxmail.com naver.com daum.net hanmail.net orange.fr wanadoo.fr free.fr
    laposte.net sfr.fr neuf.fr bbox.fr libero.it virgilio.it tiscali.it alice.it tin.it
    telefonica.net terra.es uol.com.br bol.com.br terra.com.br ig.com.br sapo.pt ziggo.nl
    kpnmail.nl planet.nl hetnet.nl home.nl xs4all.nl telenet.be skynet.be bluewin.ch
    hispeed.ch sunrise.ch btinternet.com sky.com talktalk.net virginmedia.com ntlworld.com
    comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net
    earthlink.net shaw.ca rogers.com bigpond.com optusnet.com.au rediffmail.com tutanota.com
    tuta.io hey.com duck.com seznam.cz wp.pl o2.pl onet.pl interia.pl centrum.cz abv.bg
    ukr.net telia.com spray.se online.no
    """
)

ROLE_WORDS = _words(
    """
    abuse accounting accounts admin administracion administracao administrator all assistance
    billing bookings bookkeeping buchhaltung careers commercial compliance comptabilite
    contabilidad contact contacto contactus contato contatti customercare customerservice
    datenschutz dpo einkauf empfang enquiries enquiry einfo events facturacion feedback
    finance ftp geral hello help helpdesk hi hola hostmaster hr info information inquiries
    inquiry invoice invoices jobs kontakt kundenservice legal mail mailbox mailer-daemon
    marketing media moin newsletter no-reply noc noreply office operations orders postmaster
    presse press privacy purchasing rechnung reception recepcion recruiting recrutement
    reservations reservierung root sales secretaria secretariat security sekretariat service
    shop soporte spam subscribe support team tech vendas ventas vente verkauf verkoop vertrieb
    webmaster welcome zentrale
    """
)
